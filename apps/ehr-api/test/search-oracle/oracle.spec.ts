import { describe, expect, it } from 'vitest';
import { exampleResources } from './example-resources.ts';
import { search, worldOf } from './oracle.ts';
import { isInOrder } from './sort-keys.ts';

const BASE = 'http://here.org/fhir';
const world = worldOf(exampleResources, BASE, Date.UTC(2024, 0, 1));
const ask = (url: string) => {
  const [path = '', query = ''] = url.split('?');
  return search(world, path, [...new URLSearchParams(query)]);
};
const found = (url: string) => {
  const outcome = ask(url);
  return outcome.kind === 'refused' ? 'refused' : outcome.ids.map((one) => one.split('/')[1]).sort().join(' '); // prettier-ignore
};
const UCUM = 'http://unitsofmeasure.org';

/** Anchor of http://hl7.org/fhir/R4/search.html, search, ids that it finds. */
const examples: readonly (readonly [string, string, string])[] = [
  ['#id', 'Patient?_id=eve', 'eve'],
  ['#lastUpdated', 'Patient?_lastUpdated=gt2020-05', ''],
  ['#lastUpdated', 'Patient?_lastUpdated=2020-05-01T10:00:00Z', 'eve'],
  ['#tag', 'Patient?_tag=urn:t|a', 'eve'],
  ['#profile', 'Patient?_profile=urn:p', 'eve'],
  ['#modifiers', 'Patient?gender:missing=true', 'severine'],
  ['#modifiers', 'Patient?gender:missing=false', 'eve evelyn'],
  ['#modifiers', 'Observation?code-value-quantity:missing=true', 'pressure'],
  ['#prefix', 'RiskAssessment?probability=gt0.8', 'span'],
  ['#prefix', 'RiskAssessment?probability=0.8', 'low'],
  ['#prefix', 'RiskAssessment?probability=ge0.8', 'low span'],
  ['#prefix', 'RiskAssessment?probability=ne0.8', 'span'],
  ['#prefix', 'RiskAssessment?probability=sa0.7', 'low'],
  ['#prefix', 'RiskAssessment?probability=eb0.9', 'low'],
  ['#prefix', 'RiskAssessment?probability=ap1', 'span'],
  ['#number', 'RiskAssessment?probability=8e-1', 'low'],
  ['#number', 'RiskAssessment?probability=1', 'low span'],
  ['#number', 'RiskAssessment?probability=0.80', 'low'],
  ['#number', 'RiskAssessment?probability=0.81', ''],
  ['#number', 'RiskAssessment?probability=some', 'refused'],
  ['#date', 'Observation?date=2013-01-14', 'potassium'],
  ['#date', 'Observation?date=ne2013-01-14', 'above milligrams pressure'],
  ['#date', 'Observation?date=gt2013-01-14', 'above milligrams pressure'],
  ['#date', 'Observation?date=lt2013-01-14', 'above milligrams'],
  ['#date', 'Observation?date=ge2013-01-14', 'above milligrams potassium pressure'],
  ['#date', 'Observation?date=le2013-01-14', 'above milligrams potassium'],
  ['#date', 'Observation?date=sa2013-01-14', 'pressure'],
  ['#date', 'Encounter?date=eb2012-03', 'visit'],
  ['#date', 'Observation?date=ap2013-02-14', 'above milligrams potassium pressure'],
  ['#date', 'Patient?birthdate=ge1980-01-01&birthdate=le1980-12-31', 'eve evelyn'],
  ['#date', 'Patient?birthdate=1980-02-30', 'refused'],
  ['#string', 'Patient?given=eve', 'eve evelyn'],
  ['#string', 'Patient?given:contains=eve', 'eve evelyn severine'],
  ['#string', 'Patient?given:exact=Eve', 'eve'],
  ['#string', 'Patient?family=carreno-', 'evelyn'],
  ['#string', 'Patient?name=quin', 'evelyn'],
  ['#string', 'Patient?name=berg', 'eve'],
  ['#string', 'Patient?family=berg', ''],
  ['#uri', 'PlanDefinition?url=http://acme.org/fhir/a', 'a'],
  ['#uri', 'PlanDefinition?url:below=http://acme.org/fhir/', 'a b'],
  ['#uri', 'PlanDefinition?url:above=http://acme.org/fhir/a/b/c', 'a b'],
  ['#uri', 'PlanDefinition?url=urn:oid:1.2.3', 'c'],
  ['#token', 'Patient?identifier=http://acme.org/patient|2345', 'eve'],
  ['#token', 'Patient?identifier=http://acme.org/patient|', 'eve'],
  ['#token', 'Patient?identifier=|2345', ''],
  ['#token', 'Patient?gender=male', 'evelyn'],
  ['#token', 'Patient?gender:not=male', 'eve severine'],
  ['#token', 'Patient?gender:not=male,female', 'severine'],
  ['#token', 'Patient?active=true', 'eve'],
  ['#token', 'Patient?deceased=true', 'evelyn'],
  ['#token', 'Condition?code:text=headache', 'headache'],
  ['#token', 'Condition?code:text=KOPF', 'headache'],
  ['#token', 'Patient?identifier:text=acme', 'eve'],
  ['#token', 'Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053', 'eve'],
  ['#token', 'Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|2345', ''],
  ['#token', 'Patient?identifier:of-type=MR|446053', 'refused'],
  ['#quantity', `Observation?value-quantity=5.4|${UCUM}|mg`, 'grams milligrams'],
  ['#quantity', `Observation?value-quantity=5.40e-3|${UCUM}|g`, 'grams milligrams'],
  ['#quantity', 'Observation?value-quantity=5.4||mg', 'milligrams'],
  ['#quantity', 'Observation?value-quantity=5.4', 'milligrams'],
  ['#quantity', `Observation?value-quantity=le5.4|${UCUM}|mg`, 'grams milligrams'],
  ['#quantity', `Observation?value-quantity=ap5.0|${UCUM}|mg`, 'grams milligrams'],
  ['#quantity', 'Observation?value-quantity=gt1000', 'above'],
  ['#quantity', 'Observation?value-quantity=5.4|mg', 'refused'],
  ['#reference', 'Observation?subject=eve', 'potassium'],
  ['#reference', 'Observation?subject=Patient/eve', 'potassium'],
  ['#reference', `Observation?subject=${BASE}/Patient/eve`, 'potassium'],
  ['#reference', 'Observation?subject=http://elsewhere.org/fhir/Patient/9', 'grams'],
  ['#reference', 'Observation?subject=9', ''],
  ['#reference', 'Observation?subject:Patient=eve', 'potassium'],
  ['#reference', 'Observation?subject:Group=eve', ''],
  ['#reference', 'Observation?subject:Practitioner=eve', 'refused'],
  ['#reference', 'Observation?encounter=Encounter/visit', 'potassium'],
  ['#reference', 'Observation?subject:identifier=urn:x|446053', 'pressure'],
  ['#reference', 'PlanDefinition?depends-on=http://acme.org/library', 'a b'],
  ['#reference', 'PlanDefinition?depends-on=http://acme.org/library|2', 'b'],
  ['#chaining', 'Observation?subject:Patient.name=berg', 'potassium'],
  ['#chaining', 'Observation?subject.name=eve', 'milligrams potassium'],
  ['#chaining', 'Observation?subject.general-practitioner:Practitioner.name=joe', 'potassium'],
  ['#chaining', 'Observation?subject:Practitioner.name=joe', 'refused'],
  ['#has', 'Patient?_has:Observation:patient:code=1234-5', 'evelyn'],
  ['#has', 'Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:code=2823-3', 'joe'],
  ['#has', 'Patient?_has:Condition:patient:encounter.status=finished', 'eve'],
  ['#composite', `Observation?code-value-quantity=http://loinc.org|2823-3$gt5.4|${UCUM}|mmol/L`, 'potassium'],
  ['#composite', 'Observation?component-code-value-quantity=8480-6$107', 'pressure'],
  ['#composite', 'Observation?component-code-value-quantity=8480-6$60', ''],
  ['#composite', 'Observation?component-code-value-quantity=8480-6', 'refused'],
  ['#escaping', 'Patient?given=son\\, jr', 'severine'],
  ['#combining', 'Patient?given=severine,eve', 'eve evelyn severine'],
  ['#combining', 'Patient?given=eve&given=evelyn', 'evelyn'],
  ['#list', 'Patient?_list=42', 'eve'],
  ['#contexts', '?_type=Patient,Practitioner&name=joe', 'joe'],
  ['#contexts', '?_id=eve', 'eve'],
  ['#contexts', '?name=joe', 'refused'],
  ['#contexts', 'Patient/eve/Condition?code:missing=false', 'headache'],
  ['#contexts', 'Patient/eve/*', 'eve evelyn headache low potassium span visit'],
  ['#contexts', 'Patient/eve/Organization', 'refused'],
  ['#errors', 'Patient?surname=x', 'refused'],
  ['#errors', 'Patient?gender:contains=x', 'refused'],
];

describe('the search oracle', () => {
  it.each(examples)('%s: %s finds "%s"', (_section, url, expected) => {
    expect(found(url)).toBe(expected);
  });

  it.each([
    ['Observation?code=2823-3&_include=Observation:subject', 'Patient/eve'],
    ['Observation?code=2823-3&_include=Observation:subject:Group', ''],
    ['Observation?code=2823-3&_include=*', 'Encounter/visit Patient/eve'],
    [
      'Observation?code=2823-3&_include=Observation:subject&_include:iterate=Patient:general-practitioner',
      'Patient/eve Practitioner/joe',
    ],
    [
      'Observation?code=2823-3&_include=Observation:subject&_include=Patient:general-practitioner',
      'Patient/eve',
    ],
    ['Encounter?_revinclude=Condition:encounter', 'Condition/headache'],
    ['Patient?gender=female,male&_include=Patient:link', ''],
    [
      'Practitioner?_revinclude=Patient:general-practitioner&_revinclude:iterate=Encounter:subject',
      'Encounter/visit Patient/eve',
    ],
  ])('#include: %s includes "%s"', (url, expected) => {
    const outcome = ask(url);
    expect(outcome.kind === 'found' && [...outcome.included].sort().join(' ')).toBe(expected);
  });

  it.each([
    ['Patient?_sort=family', 'evelyn severine eve'],
    ['Patient?_sort=-birthdate,_id', 'eve evelyn severine'],
    ['Patient?_sort=gender,-_id', 'eve evelyn severine'],
    ['Observation?_sort=date&date:missing=false', 'above milligrams potassium pressure'],
    ['Encounter?_sort=date', 'visit'],
  ])('#sort: %s is in the order "%s"', (url, expected) => {
    const outcome = ask(url);
    if (outcome.kind === 'refused') throw new Error('It is refused.');
    const keys = expected.split(' ').map((id) => [...outcome.sortKeys].find(([key]) => key.endsWith(`/${id}`))?.[1] ?? []); // prettier-ignore
    const pairs = keys.slice(1).map((key, index) => [keys[index] ?? [], key] as const);
    expect(keys).toHaveLength(outcome.total);
    expect(pairs.every(([one, other]) => isInOrder(one, other, outcome.sortRules))).toBe(true);
    expect(pairs.some(([one, other]) => isInOrder(other, one, outcome.sortRules))).toBe(false);
  });
});
