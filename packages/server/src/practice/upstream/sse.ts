import type { StreamEvent } from './answer.ts';
import type { Faults } from './faults.ts';

/** Writes events in the framing of https://html.spec.whatwg.org/multipage/server-sent-events.html, with the faults asked for. */
export function createEventWriter(faults: Faults): (event: StreamEvent) => string {
  const comment = faults.has('comments') ? ': practice comment\n\n' : '';
  const spread = faults.has('multi-line-data');
  const crlf = faults.has('crlf');
  return ({ event, data }) => {
    const name = event === undefined ? '' : `event: ${event}\n`;
    const frame = `${comment}${name}${dataLines(data, spread)}\n\n`;
    return crlf ? frame.replaceAll('\n', '\r\n') : frame;
  };
}

function dataLines(data: StreamEvent['data'], spread: boolean): string {
  if (data === '[DONE]') return 'data: [DONE]';
  if (!spread) return `data: ${JSON.stringify(data)}`;
  // Indented JSON breaks its lines only between JSON tokens, where the line feed a reader puts back is white space.
  return JSON.stringify(data, null, 1).replaceAll(/^/gm, 'data: ');
}
