import { readResource, readVersion } from '../store/read-resources.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import { rawContent } from './binary.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { FhirError } from './fhir-error.ts';
import { etagOf, isKnown } from './preconditions.ts';
import { subsetBy } from './subset.ts';

/** http://hl7.org/fhir/R4/http.html#read; 304 for what the client has already. */
export async function read(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  return answer(request, type, await readResource(context, type, id));
}

/** http://hl7.org/fhir/R4/http.html#vread */
export async function vread(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = '', , version = ''] = request.path;
  const found = /^\d{1,9}$/u.test(version)
    ? await readVersion(context, type, id, Number(version))
    : undefined;
  return answer(request, type, found);
}

function answer(request: FhirRequest, type: string, version: StoredVersion | undefined): FhirResponse {
  if (version === undefined) {
    const diagnostics = `There is no ${type} with this id and version; check them, or search.`;
    throw new FhirError(404, [{ code: 'not-found', diagnostics }]);
  }
  if (version.deleted) {
    const diagnostics = `This ${type} was deleted; its history has what it said.`;
    throw new FhirError(410, [{ code: 'deleted', diagnostics }], { etag: etagOf(version.version) });
  }
  const touched = [version];
  if (isKnown(request, version)) return { status: 304, version, touched };
  const raw = type === 'Binary' ? rawContent(request, version.content) : undefined;
  if (raw !== undefined) return { status: 200, version, raw, touched };
  return { status: 200, version, body: subsetBy(request.query)(version.content), touched };
}
