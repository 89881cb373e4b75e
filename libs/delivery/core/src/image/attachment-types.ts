/** The type of an SBOM in CycloneDX's JSON. */
export const SBOM_TYPE = 'application/vnd.cyclonedx+json';
/** The type of a provenance: an in-toto statement. */
export const PROVENANCE_TYPE = 'application/vnd.in-toto+json';
