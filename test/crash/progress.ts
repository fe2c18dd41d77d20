/** One line that says how far it is: rewritten on a terminal, now and then where the output is kept. */
export function createProgress(): { show(line: string): void; end(): void } {
  const terminal = process.stderr.isTTY === true;
  const everyMs = terminal ? 200 : 10_000;
  let shownMs = performance.now();
  let open = false;
  return {
    show(line) {
      if (performance.now() - shownMs < everyMs) return;
      shownMs = performance.now();
      process.stderr.write(terminal ? `\r\x1b[K${line}` : `${line}\n`);
      open = terminal;
    },
    end() {
      if (open) process.stderr.write('\r\x1b[K');
      open = false;
    },
  };
}
