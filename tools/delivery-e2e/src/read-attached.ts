import { parseReference, PROVENANCE_TYPE, SBOM_TYPE } from '@ehr/delivery-core';
import { createReferrers } from '@ehr/delivery-registry';

/** SBOM and provenance of an image. */
export interface AttachedDocuments {
  readonly types: readonly (string | undefined)[];
  readonly components: readonly { readonly name: string; readonly 'bom-ref': string }[];
  readonly provenance: unknown;
}

/** What is attached to an image, given by its reference with digest. */
export async function readAttached(image: string): Promise<AttachedDocuments> {
  const { digest, ...repository } = parseReference(image) ?? {};
  if (digest === undefined || !('registry' in repository)) throw new Error(`${image} names no digest`);
  const referrers = createReferrers(repository);
  const attached = await referrers.list(digest);
  const read = async (type: string): Promise<unknown> => {
    const found = attached.find(({ artifactType }) => artifactType === type);
    if (found === undefined) throw new Error(`nothing of type ${type} is attached`);
    const { subject, text } = await referrers.fetch(found.digest);
    if (subject !== digest) throw new Error(`it is attached to ${subject ?? 'nothing'}`);
    return JSON.parse(text) as unknown;
  };
  const { components } = (await read(SBOM_TYPE)) as Pick<AttachedDocuments, 'components'>;
  return {
    types: attached.map(({ artifactType }) => artifactType),
    components,
    provenance: await read(PROVENANCE_TYPE),
  };
}
