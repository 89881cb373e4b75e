import { z } from 'zod';

/** Options of `board`. */
export const boardSchema = z.strictObject({
  output: z
    .string()
    .min(1, 'must be a folder')
    .optional()
    .describe(
      'Write the pages into this folder, relative to the workspace root, and end: for a ticket, or any server of files.',
    ),
  port: z
    .int('must be a port')
    .min(0, 'must not be negative')
    .max(65_535, 'must be at most 65535')
    .default(4400)
    .describe('Serve the pages on this port of 127.0.0.1; with 0 on any that is free.'),
});
