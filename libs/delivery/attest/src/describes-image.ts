import type { Digest } from '@ehr/delivery-core';
import { z } from 'zod';
import { PREDICATE_TYPE, STATEMENT_TYPE } from './provenance.ts';

const statement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  predicateType: z.literal(PREDICATE_TYPE),
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicate: z.object({
    buildDefinition: z.object({ internalParameters: z.object({ fingerprint: z.string() }) }),
  }),
});

/** What is wrong with a provenance as one of this image; null when nothing is. */
export function describesImage(
  text: string,
  image: { readonly digest: Digest; readonly fingerprint: string },
): string | null {
  const parsed = statement.safeParse(parseOrNull(text));
  if (!parsed.success) return 'the provenance is not a statement as a deploy writes it';
  const { subject, predicate } = parsed.data;
  if (!subject.some(({ digest }) => `sha256:${digest.sha256}` === image.digest))
    return 'the provenance is about another image';
  const { fingerprint } = predicate.buildDefinition.internalParameters;
  if (fingerprint === image.fingerprint) return null;
  return `the provenance says fingerprint ${fingerprint.slice(0, 12)}, the image’s label ${image.fingerprint.slice(0, 12)}`;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
