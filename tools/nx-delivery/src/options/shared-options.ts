import { environments, parsePlatform } from '@ehr/delivery-core';
import { z } from 'zod';

/** What the options of several commands have in common. */
export const anEnvironment = z.enum(environments, `must be one of ${environments.join(', ')}`);
export const WHERE = 'Where; set by the configuration of the same name.';
export const environment = anEnvironment.default('local').describe(WHERE);

export const json = z.boolean().default(false).describe('Print one JSON document and nothing else.');

export const platforms = z
  .array(
    z
      .string()
      .refine((text) => parsePlatform(text) !== undefined, 'must be os/architecture, such as linux/arm64'),
  )
  .min(1, 'must name at least one platform')
  .default(['linux/amd64', 'linux/arm64'])
  .describe('Platforms the image must have, as os/architecture.');

export const timeoutSeconds = z
  .number('must be a number of seconds')
  .positive('must be more than 0')
  .max(3600, 'must be at most 3600')
  .describe('How long the new containers may take to become healthy, and then to be verified; seconds.');

/** From a pipeline an option that was not given arrives as an empty text, of which Nx makes 0. */
export const noneIfEmpty = (value: unknown) => (value === '' || value === 0 ? undefined : value);

/** A person's words for the journal. */
export const reason = (description: string) =>
  z
    .preprocess(
      noneIfEmpty,
      z.string().trim().min(8, 'must say why, in at least 8 characters').nullable().default(null),
    )
    .describe(description);

export const optionalText = (description: string) =>
  z.preprocess(noneIfEmpty, z.string().optional()).describe(description);
