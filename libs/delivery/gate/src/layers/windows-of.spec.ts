import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowsOf, type Window } from './scan-layer.ts';

const collect = async (chunks: Iterable<Buffer>, overlap: number, size: number) => {
  const windows: Window[] = [];
  for await (const window of windowsOf(chunks, overlap, size)) windows.push(window);
  return windows;
};

describe('windowsOf', () => {
  it('has everything up to the overlap whole in a window, whatever the chunks', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 60 }),
      async (parts, overlap, size) => {
        const all = Buffer.concat(parts);
        const windows = await collect(
          parts.map((part) => Buffer.from(part)),
          overlap,
          size,
        );
        let position = 0;
        for (const { bytes, first } of windows) {
          if (!first) position -= overlap;
          expect(all.subarray(position, position + bytes.length).equals(bytes)).toBe(true);
          position += bytes.length;
        }
        expect(position).toBe(all.length);
        expect(windows.map(({ first }) => first)).toEqual(windows.map((_, index) => index === 0));
        expect(windows.map(({ last }) => last)).toEqual(
          windows.map((_, index) => index === windows.length - 1),
        );
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('makes one window of a small file without copying it', async () => {
    const chunk = Buffer.from('small');
    const [window] = await collect([chunk], 8, 64);
    expect(window?.bytes).toBe(chunk);
  });
});
