import type { Log } from '../gate/gate-ports.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * One JSON object a line: time, level, event, fields. Fields are numbers and short words; content and keys are never given to it.
 * @param write such as standard error, so that standard output stays for people
 */
export function createLog(level: LogLevel, write: (line: string) => void): Log {
  const least = LOG_LEVELS.indexOf(level);
  return (at, event, fields) => {
    if (LOG_LEVELS.indexOf(at) < least) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level: at, event, ...fields })}\n`);
  };
}
