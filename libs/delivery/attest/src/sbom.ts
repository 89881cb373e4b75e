import { Enums, Models, Serialize, SPDX, Spec } from '@cyclonedx/cyclonedx-library';
import { type AttestationFacts, parseReference } from '@ehr/delivery-core';

/** A package from the npm registry that is in an image. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As in the lock file: `sha512-…`; empty when it holds none. */
  readonly integrity: string;
  /** As in the package; null when it names none. */
  readonly license: string | null;
  /** Whether it is installed on some machines only and nothing fails without it: programs for other platforms. */
  readonly optional: boolean;
}

/** What an image is made of. */
export interface ImageContent {
  readonly packages: readonly NpmPackage[];
  /** This workspace's libraries. */
  readonly libraries: readonly string[];
  /** A reference; with digest when somebody gave one. */
  readonly baseImage: string;
}

type SbomFacts = Pick<AttestationFacts, 'service' | 'version' | 'revision' | 'fingerprint' | 'digest'>;

/** The SBOM (CycloneDX 1.6, JSON) of an image. It holds no time and nothing random: the same facts give the same bytes. */
export function renderSbom(facts: SbomFacts, content: ImageContent): string {
  const { Bom, Component, Metadata, Property, PropertyRepository } = Models;
  const service = new Component(Enums.ComponentType.Container, facts.service, {
    bomRef: facts.digest,
    version: facts.version,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], facts.digest.slice(7)]]),
    properties: new PropertyRepository([
      new Property('connect.ehr:revision', facts.revision),
      new Property('connect.ehr:fingerprint', facts.fingerprint),
    ]),
  });
  const libraries = content.libraries.map(
    (name) =>
      new Component(Enums.ComponentType.Library, name, {
        bomRef: `workspace:${name}`,
        version: facts.revision,
        properties: new PropertyRepository([new Property('connect.ehr:origin', 'this repository')]),
      }),
  );
  const components = [baseImage(content.baseImage), ...libraries, ...content.packages.map(npmPackage)];
  for (const { bomRef } of components) service.dependencies.add(bomRef);
  const bom = new Bom({
    serialNumber: serialNumber(facts.digest),
    metadata: new Metadata({ component: service }),
    components: new Models.ComponentRepository(components),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
}

function npmPackage({ name, version, integrity, license, optional }: NpmPackage): Models.Component {
  const [scope, rest] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = `pkg:npm/${scope === undefined ? '' : `${encodeURIComponent(scope)}/`}${rest ?? ''}@${encodeURIComponent(version)}`;
  return new Models.Component(Enums.ComponentType.Library, rest ?? name, {
    ...(scope !== undefined && { group: scope }),
    scope: optional ? Enums.ComponentScope.Optional : Enums.ComponentScope.Required,
    bomRef: purl,
    version,
    purl,
    hashes: new Models.HashDictionary(hashesOf(integrity)),
    licenses: new Models.LicenseRepository(license === null ? [] : [licenseOf(license)]),
  });
}

function baseImage(text: string): Models.Component {
  const reference = parseReference(text);
  const digest = reference?.digest;
  const repository = reference === undefined ? text : `${reference.registry}/${reference.repository}`;
  const tag = reference?.tag === undefined ? '' : `&tag=${reference.tag}`;
  return new Models.Component(Enums.ComponentType.Container, repository, {
    bomRef: `image:${text}`,
    description: `base image ${text}`,
    ...(reference?.tag !== undefined && { version: reference.tag }),
    ...(digest !== undefined && {
      purl: `pkg:oci/${repository.split('/').at(-1) ?? ''}@${encodeURIComponent(digest)}?repository_url=${encodeURIComponent(repository)}${tag}`,
      hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], digest.slice(7)]]),
    }),
  });
}

const ALGORITHMS: Readonly<Record<string, Enums.HashAlgorithm>> = {
  sha1: Enums.HashAlgorithm['SHA-1'],
  sha256: Enums.HashAlgorithm['SHA-256'],
  sha384: Enums.HashAlgorithm['SHA-384'],
  sha512: Enums.HashAlgorithm['SHA-512'],
};

/** `sha512-<base64>`, as in a lock file, as CycloneDX has it; several are separated by spaces. */
function hashesOf(integrity: string): [Enums.HashAlgorithm, string][] {
  return integrity.split(' ').flatMap((one): [Enums.HashAlgorithm, string][] => {
    const [, name = '', value = ''] = /^(sha\d+)-([A-Za-z0-9+/]+=*)$/.exec(one) ?? [];
    const algorithm = ALGORITHMS[name];
    return algorithm === undefined ? [] : [[algorithm, Buffer.from(value, 'base64').toString('hex')]];
  });
}

function licenseOf(license: string): Models.License {
  const id = SPDX.fixupSpdxId(license);
  if (id !== undefined) return new Models.SpdxLicense(id);
  // npm holds SPDX expressions, and for old packages any text.
  return /^\(?[\w.+-]+( (AND|OR|WITH) [\w.+-]+)+\)?$/.test(license)
    ? new Models.LicenseExpression(license)
    : new Models.NamedLicense(license);
}

/** A UUID (version 8: of one's own making) out of the digest. */
function serialNumber(digest: string): string {
  const hex = digest.slice(7, 39);
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(13, 16),
    hex.slice(17, 20),
    hex.slice(20),
  ];
  return `urn:uuid:${a}-${b}-8${c}-8${d}-${e}`;
}
