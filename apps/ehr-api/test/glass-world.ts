export type Resource = { readonly resourceType: string; readonly id: string } & Record<string, unknown>;

export const label = (code: string) => ({ meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code }] } }); // prettier-ignore
export const observation = (id: string, patient: string, elements: object = {}): Resource => ({ resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'urn:c', code: 'c' }] }, subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/e-${patient}` }, effectiveDateTime: '2026-01-01', ...elements }); // prettier-ignore
/** What a patient’s chart has: what is restricted of it says CANARY and whose it is. */
export const chart = (p: string): readonly Resource[] => [
  { resourceType: 'Patient', id: p, name: [{ family: `Name${p}` }] },
  { resourceType: 'Encounter', id: `e-${p}`, status: 'finished', class: { code: 'AMB' }, subject: { reference: `Patient/${p}` } },
  observation(`open-${p}`, p, { hasMember: [{ reference: `Observation/secret-${p}` }] }),
  observation(`secret-${p}`, p, { ...label('R'), valueString: `CANARY${p}`, derivedFrom: [{ reference: `Observation/open-${p}` }] }),
  { resourceType: 'Condition', id: `very-${p}`, subject: { reference: `Patient/${p}` }, ...label('V'), code: { text: `CANARY${p}` } },
  { resourceType: 'List', id: `hidden-${p}`, status: 'current', mode: 'working', subject: { reference: `Patient/${p}` }, ...label('R'), entry: [{ item: { reference: `Observation/open-${p}` } }] },
  { resourceType: 'List', id: `list-${p}`, status: 'current', mode: 'working', entry: [{ item: { reference: `Observation/secret-${p}` } }] },
]; // prettier-ignore

/** Every way to come by the restricted records of a patient’s chart. */
export const ways = (p: string): readonly string[] => [
  `Observation/secret-${p}`, `Observation/secret-${p}/_history`, `Observation/secret-${p}/_history/1`, `Condition/very-${p}`, `Condition/very-${p}/_history/1`,
  'Observation/_history?_count=100', 'Condition/_history?_count=100', '_history?_count=1000',
  'Observation?_count=100', 'Observation?code=c&_count=100', 'Observation?code=c&_sort=-date&_count=100', 'Observation?code=c&_sort=status,-date&_count=100', `Observation?value-string=CANARY${p}`, `Observation?value-string:contains=NARY${p}`,
  `Observation?_id=secret-${p}`, `Observation?patient=${p}`, `Observation?subject:Patient.name=Name${p}`, `Observation?_security=R&_count=100`, `Observation?_sort=value-string&_count=100`, `Observation?_lastUpdated=gt2020&_count=100`,
  `Observation?_list=list-${p}`, `Observation?_id=open-${p}&_include=Observation:has-member`, `Observation?_id=open-${p}&_revinclude=Observation:derived-from`, `Patient?_id=${p}&_revinclude=*`, `Encounter?_id=e-${p}&_revinclude=Observation:encounter`, `List?_id=list-${p}&_include=List:item`,
  `Patient/${p}/$everything`, `Encounter/e-${p}/$everything`, `Patient/${p}/*`, `Patient/${p}/Observation`, `Patient/${p}/Condition`, `?_type=Observation,Condition&_count=100`,
]; // prettier-ignore
/** Where a number, or who is found, would tell of them; and what it is without them. */
export const hints = (p: string): readonly (readonly [path: string, total: number])[] => [
  [`Observation?_list=hidden-${p}&_summary=count`, 0], [`List?_id=list-${p},hidden-${p}&_summary=count`, 1],
  [`Observation?patient=${p}&_summary=count`, 1], [`Observation?value-string=CANARY${p}&_summary=count`, 0], [`Observation?_id=secret-${p},open-${p}&_summary=count`, 1],
  [`Patient?_has:Observation:patient:value-string=CANARY${p}&_total=accurate`, 0], [`Patient?_has:Condition:patient:_id=very-${p}&_total=accurate`, 0], [`Patient?_id=${p}&_has:Observation:patient:value-string:missing=false&_total=accurate`, 0],
  [`Observation?has-member:Observation.value-string=CANARY${p}&_total=accurate`, 0], [`Observation?_id=open-${p}&has-member:Observation.value-string:missing=false&_total=accurate`, 0], [`Encounter?_has:Observation:encounter:_id=secret-${p}&_total=accurate`, 0],
]; // prettier-ignore
