import { readAt } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';

/** Reads of one file that lie close together: one call to the system serves many. */
export type FileWindow = {
  /** As it was when this stretch was read, or is now; fewer bytes where the file ends. They share memory with others. */
  read(offsetBytes: number, lengthBytes: number): Uint8Array;
  close(): void;
};

/** @param windowBytes what is read at once; longer stretches are read by themselves. @throws the system's error where it can not be opened */
export function openFileWindow(fs: FileSystem, path: string, windowBytes: number): FileWindow {
  const fd = fs.open(path, 'r');
  let startBytes = 0;
  let window: Uint8Array = new Uint8Array(0);
  return {
    read(offsetBytes, lengthBytes) {
      if (lengthBytes > windowBytes / 2) return readAt(fs, fd, offsetBytes, lengthBytes);
      const at = offsetBytes - startBytes;
      if (at >= 0 && at + lengthBytes <= window.length) return window.subarray(at, at + lengthBytes);
      window = readAt(fs, fd, offsetBytes, windowBytes);
      startBytes = offsetBytes;
      return window.subarray(0, lengthBytes);
    },
    close: () => fs.close(fd),
  };
}
