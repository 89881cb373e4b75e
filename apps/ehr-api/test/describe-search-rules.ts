import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { world } from './search-world.ts';
import { type Json, type RunningApi, startApi, write } from './start-api.ts';

/** Each rule of http://hl7.org/fhir/R4/search.html, with what it finds of a small world; sections as they stand there. */
export function describeSearchRules(database: () => Database): void {
  describe('the rules of searching', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      const entry = world.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })); // prettier-ignore
      const { status, body } = await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })); // prettier-ignore
      expect([status, body.issue]).toEqual([200, undefined]);
    });

    /** What a search finds of this world, without what all its ids have in common. */
    const found = async (address: string): Promise<readonly string[]> => {
      const [path = '', query = ''] = address.split('?');
      const { status, body } = await api.get(`/fhir/${path}?_tag=urn:rules|w&${query}`);
      expect([status, body.issue]).toEqual([200, undefined]);
      return (body.entry ?? []).map(({ resource }) => resource.id.slice(2));
    };

    it.each([
      // 3.1.1.4.4 modifiers
      ['Patient?gender:not=male', 'ann cid'],
      ['Patient?birthdate:missing=true', 'cid'],
      ['Patient?birthdate:missing=false', 'ann bob'],
      ['Patient?gender:missing=true', 'cid'],
      ['Patient?organization:missing=true', ''],
      ['Patient?general-practitioner:missing=false', 'ann'],
      ['Observation?code:missing=true', ''],
      ['Observation?value-quantity:missing=false', 'grams weight'],
      ['Observation?patient:missing=true', ''],
      ['Observation?value-string:missing=false', 'note'],
      // 3.1.1.4.7 to 3.1.1.4.10
      ['Patient?given:contains=ed', 'bob'],
      ['Observation?code:text=headache', 'note'],
      ['Observation?code:text=body', 'grams weight'],
      ['Observation?combo-code:text=systolic', 'pressure'],
      ['Patient?identifier=446053', 'ann'],
      ['Patient?identifier=urn:mrn|', 'ann'],
      ['Patient?identifier:text=medical', 'ann'],
      ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053', 'ann'],
      ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|DL|446053', ''],
      // 3.1.1.4.11 quantity
      ['Observation?value-quantity=5.4|http://unitsofmeasure.org|mg', 'weight'],
      ['Observation?value-quantity=5.40e-3|http://unitsofmeasure.org|g', 'weight'],
      ['Observation?value-quantity=5.4||mg', 'weight'],
      ['Observation?value-quantity=5.4', 'weight'],
      ['Observation?value-quantity=5', 'weight'],
      ['Observation?value-quantity=le5.4|http://unitsofmeasure.org|mg', 'weight'],
      ['Observation?value-quantity=gt5.4|http://unitsofmeasure.org|mg', 'grams'],
      ['Observation?value-quantity=ap5|http://unitsofmeasure.org|mg', 'weight'],
      ['Observation?value-quantity=ne5.4|http://unitsofmeasure.org|mg', 'grams'],
      ['Observation?combo-value-quantity=gt100', 'pressure'],
      ['Encounter?length=gt1|http://unitsofmeasure.org|h', 'visit'],
      // 3.1.1.4.6 number
      ['RiskAssessment?probability=gt0.8', ''],
      ['RiskAssessment?probability=0.8', 'risk'],
      ['RiskAssessment?probability=ge0.8,lt0.1', 'risk'],
      // 3.1.1.4.12 reference
      ['Observation?subject=w-ann', 'pressure weight'],
      ['Observation?subject=Patient/w-ann', 'pressure weight'],
      ['Observation?subject:Patient=w-ann', 'pressure weight'],
      ['Observation?subject=http://localhost:80/fhir/Patient/w-ann', 'pressure weight'],
      ['Observation?subject=https://elsewhere.example/fhir/Patient/9', 'note'],
      ['Observation?subject=https://elsewhere.example/fhir/Patient/9,Patient/w-bob', 'grams note'],
      ['Patient?organization:identifier=urn:org|7', 'bob'],
      ['QuestionnaireResponse?questionnaire=http://forms.example/base', 'answers'],
      ['QuestionnaireResponse?questionnaire=http://forms.example/base|2.0', 'answers'],
      ['QuestionnaireResponse?questionnaire=http://forms.example/base|1.0', ''],
      ['ValueSet?url:below=http://forms.example', 'form'],
      // 3.1.1.4.13 composite
      [
        'Observation?code-value-quantity=http://loinc.org|29463-7$gt5.5|http://unitsofmeasure.org|mg',
        'grams',
      ],
      ['Observation?component-code-value-quantity=http://loinc.org|8480-6$gt100', 'pressure'],
      ['Observation?component-code-value-quantity=http://loinc.org|8462-4$gt100', ''],
      ['Observation?combo-code-value-quantity=8480-6$140,29463-7$5.4', 'pressure weight'],
      // 3.1.1.5.1 and 3.1.1.5.2 chains
      ['Observation?subject:Patient.name=archer', 'pressure weight'],
      ['Observation?subject.name=baker', 'grams'],
      ['Observation?patient.organization.name=clinic', 'pressure weight'],
      ['Observation?patient.organization.partof.name=group', 'pressure weight'],
      ['Observation?subject:Patient.gender:not=male', 'pressure weight'],
      ['Patient?_has:Observation:patient:code=29463-7', 'ann bob'],
      ['Patient?_has:Observation:patient:code=85354-9', 'ann'],
      ['Organization?_has:Patient:organization:_has:Observation:patient:code=85354-9', 'clinic'],
      ['Patient?_has:Observation:patient:performer.name=curie', 'ann'],
      // 3.1.1.4.1 and others of all resources
      ['Patient?_list=w-mine', 'bob'],
      ['Observation?_list=w-mine', 'note'],
      ['Patient?_id=w-ann,w-cid', 'ann cid'],
      ['Location?near=47.39|8.49|5|km', 'north'],
      ['Location?near=47.39|8.49|200|km', 'north south'],
      ['Patient/w-ann/Observation?', 'pressure weight'],
      ['Patient/w-ann/Observation?code=85354-9', 'pressure'],
      ['?_type=Location,Organization', 'clinic group north south'],
      ['?_type=Observation&code=29463-7', 'grams weight'],
    ])('%s finds %s', async (address, ids) => {
      expect([...(await found(address))].sort().join(' ')).toBe(ids);
    });

    it.each([
      // 3.1.1.5.3
      ['Patient?_sort=family', 'ann bob cid'],
      ['Patient?_sort=-family', 'cid bob ann'],
      ['Patient?_sort=birthdate', 'bob ann cid'],
      ['Patient?_sort=-birthdate', 'ann bob cid'],
      ['Patient?_sort=gender,-family', 'ann bob cid'],
      ['Patient?_sort=-gender', 'bob ann cid'],
      ['Observation?_sort=-date', 'pressure grams weight note'],
      ['Observation?_sort=date', 'weight grams pressure note'],
      ['Observation?code=29463-7&_sort=-date', 'grams weight'],
      ['Observation?_sort=value-quantity,-date', 'grams weight pressure note'],
      ['Patient?_sort=-_id', 'cid bob ann'],
      ['Patient?name=b&_sort=given', 'bob'],
    ])('%s is in the order %s, by pages, too, there and back', async (address, ids) => {
      expect((await found(address)).join(' ')).toBe(ids);
      const [path = '', query = ''] = address.split('?');
      const pages: string[] = [];
      let url: string | undefined = `/fhir/${path}?_tag=urn:rules|w&${query}&_count=1`;
      let last: Json | undefined;
      const linkOf = ({ link }: Json, wanted: string) => link.find(({ relation }) => relation === wanted)?.url.replace(/^.*?\/fhir/u, '/fhir'); // prettier-ignore
      for (; url !== undefined; url = linkOf(last, 'next')) {
        last = (await api.get(url)).body;
        pages.push(...(last.entry ?? []).map(({ resource }) => resource.id.slice(2)));
      }
      expect(pages.join(' ')).toBe(ids);
      const back: string[] = pages.slice(-1);
      for (url = last && linkOf(last, 'previous'); url !== undefined; url = linkOf(last, 'previous')) {
        last = (await api.get(url)).body;
        back.unshift(...(last.entry ?? []).map(({ resource }) => resource.id.slice(2)));
      }
      expect(back.join(' ')).toBe(ids);
    });

    it.each([
      // 3.1.1.5.4
      ['Observation?code=29463-7&_tag=urn:rules|w&_include=Observation:subject', 'grams weight', 'ann bob'],
      [
        'Observation?code=29463-7&_tag=urn:rules|w&_include=Observation:patient:Patient',
        'grams weight',
        'ann bob',
      ],
      ['Observation?_id=w-weight&_include=*', 'weight', 'ann doctor visit'],
      [
        'Observation?_id=w-weight&_include=Observation:patient&_include:iterate=Patient:organization',
        'weight',
        'ann clinic',
      ],
      ['Patient?_id=w-bob&_revinclude=Observation:subject', 'bob', 'grams'],
      ['Patient?_id=w-bob&_revinclude=*', 'bob', 'grams mine risk'],
      ['Organization?_id=w-clinic&_include:iterate=Organization:partof', 'clinic', 'group'],
    ])('%s has %s, and beside them %s', async (address, matches, included) => {
      const [path = '', query = ''] = address.split('?');
      const { body } = await api.get(`/fhir/${path}?${query}`);
      const of = (mode: string) => (body.entry ?? []).filter(({ search }) => search?.mode === mode).map(({ resource }) => resource.id.slice(2)).sort().join(' '); // prettier-ignore
      expect([of('match'), of('include')]).toEqual([matches, included]);
    });

    it.each([
      ['Patient/w-ann/$everything', 'ann pressure visit weight', 'clinic doctor'],
      ['Patient/w-ann/$everything?_type=Observation', 'pressure weight', 'doctor'],
      ['Patient/w-ann/$everything?start=2026-02-01&_type=Observation', 'pressure', ''],
      ['Patient/w-ann/*', 'ann pressure visit weight', ''],
      ['Encounter/w-visit/$everything', 'visit weight', 'doctor'],
    ])('%s has %s, and beside them %s', async (address, matches, included) => {
      const { status, body } = await api.get(`/fhir/${address}`);
      expect([status, body.issue]).toEqual([200, undefined]);
      const of = (mode: string) => (body.entry ?? []).filter(({ search }) => search?.mode === mode).map(({ resource }) => resource.id.slice(2)).sort().join(' '); // prettier-ignore
      expect([of('match'), of('include')]).toEqual([matches, included]);
    });

    it.each([
      ['Patient/w-ann/$everything', 4],
      ['?_type=Organization,Patient,Location&_tag=urn:rules|w', 7],
    ])('%s is read by pages of one, there and back', async (address, count) => {
      let url: string | undefined = `/fhir/${address}${address.includes('?') ? '&' : '?'}_count=1`;
      const linkOf = ({ link }: Json, wanted: string) => link.find(({ relation }) => relation === wanted)?.url.replace(/^.*?\/fhir/u, '/fhir'); // prettier-ignore
      const ids: string[] = [];
      let last: Json | undefined;
      const matchesOf = ({ entry = [] }: Json) => entry.filter(({ search }) => search?.mode === 'match').map(({ resource }) => resource.id); // prettier-ignore
      for (; url !== undefined; url = linkOf(last, 'next')) ids.push(...matchesOf((last = (await api.get(url)).body))); // prettier-ignore
      expect([ids.length, new Set(ids).size]).toEqual([count, count]);
      const back = ids.slice(-1);
      for (url = last && linkOf(last, 'previous'); url !== undefined; url = linkOf(last, 'previous'))
        back.unshift(...matchesOf((last = (await api.get(url)).body)));
      expect(back).toEqual(ids);
    });

    it('tells how many there are, exactly or as an estimate', async () => {
      const total = async (query: string) => (await api.get(`/fhir/Patient?_tag=urn:rules|w&_count=1&${query}`)).body.total; // prettier-ignore
      expect([await total('_total=accurate'), await total('_total=estimate'), await total('_total=none')]).toEqual([3, 3, undefined]); // prettier-ignore
      expect((await api.get('/fhir?_type=Patient,Location&_tag=urn:rules|w&_summary=count')).body.total).toBe(
        5,
      );
    });

    it.each([
      'Observation?code:in=http://value.set',
      'Observation?code:above=x',
      'Observation?subject:Organization=x',
      'Observation?subject:Patient.nothing=x',
      'Observation?code.name=x',
      'Patient?_has:Observation:code:code=x',
      'Patient?_has:Nothing:patient:code=x',
      'Observation?value-quantity=mg',
      'Observation?value-quantity=5|http://unitsofmeasure.org|',
      'Observation?code-value-quantity=x',
      'Observation?_sort=code-value-quantity',
      'Patient?_contained=true',
      'Patient?_include=Patient:name',
      'Patient?_revinclude=Observation:code',
      'Patient?_content=x',
      'Patient?_after=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'Location?near=x',
      'Observation?patient.organization.partof.partof.partof.partof.partof.name=x',
      '?_type=Nothing',
      '?_type=Patient,Observation&code=x',
    ])('%s is refused by name', async (address) => {
      const { status, body } = await api.get(`/fhir/${address}`);
      expect([status, body.resourceType]).toEqual([400, 'OperationOutcome']);
    });

    it('takes no link of another search', async () => {
      const { body } = await api.get('/fhir/Patient?_tag=urn:rules|w&_sort=family&_count=1');
      const after = new URL(body.link.find(({ relation }) => relation === 'next')?.url ?? '').searchParams.get('_after'); // prettier-ignore
      expect(after).toBeTruthy();
      expect((await api.get(`/fhir/Patient?_tag=urn:rules|w&_sort=birthdate&_count=1&_after=${after}`)).status).toBe(400); // prettier-ignore
    });
  });
}
