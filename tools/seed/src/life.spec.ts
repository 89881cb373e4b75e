import { validateResource } from '@ehr/fhir/server';
import type { FhirResource, Observation, Patient } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { clinicOf } from './clinic.ts';
import { lifeOf } from './life.ts';
import { personOf } from './person.ts';

const today = new Date('2026-11-30');
const clinic = clinicOf(today);
const resourcesOf = (number: number): readonly FhirResource[] =>
  lifeOf(personOf(1, number), clinic, today).entries.flatMap(({ resource }) => resource ?? []);
const lives = Array.from({ length: 40 }, (_, index) => resourcesOf(index + 1));
const patientOf = (life: readonly FhirResource[]) => life[0] as Patient;
const valuesOf = (life: readonly FhirResource[], loinc: string): readonly Observation[] =>
  life.flatMap((one) =>
    one.resourceType === 'Observation' && one.code.coding?.[0]?.code === loinc ? [one] : [],
  );

describe('fictional lives', () => {
  it('are valid, at least a hundred resources each, of at least twenty types', () => {
    const all = [...clinic.chart.entries.flatMap(({ resource }) => resource ?? []), ...lives.flat()];
    for (const resource of all) expect(validateResource(resource, resource.resourceType)).toEqual([]);
    for (const life of lives) expect(life.length).toBeGreaterThanOrEqual(100);
    expect(new Set(all.map(({ resourceType }) => resourceType)).size).toBeGreaterThanOrEqual(20);
  });

  it('are the same for the same seed and day, and others for another', () => {
    expect(resourcesOf(7)).toEqual(lives[6]);
    expect(lifeOf(personOf(2, 7), clinic, today).entries).not.toEqual(
      lifeOf(personOf(1, 7), clinic, today).entries,
    );
  });

  it('refer to nothing that is not there', () => {
    const there = new Set([...clinic.chart.entries, ...lives.flatMap((life) => life.map((resource) => ({ resource })))].map(({ resource }) => `${resource?.resourceType}/${resource?.id}`)); // prettier-ignore
    const references = [...JSON.stringify(lives).matchAll(/"reference":"([^"]+)"/gu)].map(
      ([, one]) => one ?? '',
    );
    expect(references.filter((reference) => !there.has(reference))).toEqual([]);
  });

  it('have blood pressure that falls once it is treated, and HbA1c above normal where there is diabetes', () => {
    const has = (life: readonly FhirResource[], name: string) =>
      life.some((one) => one.resourceType === 'Condition' && one.code?.text === name);
    const hypertensive = lives.filter((life) => has(life, 'Hypertension'));
    expect(hypertensive.length).toBeGreaterThan(3);
    for (const life of hypertensive) {
      const pressures = valuesOf(life, '85354-9').map(
        ({ component }) => component?.[0]?.valueQuantity?.value ?? 0,
      );
      expect(pressures[0]).toBeGreaterThan((pressures.at(-1) ?? 0) + 5);
      expect(pressures[0]).toBeGreaterThan(140);
    }
    for (const life of lives) {
      const [first] = valuesOf(life, '4548-4');
      expect(first?.interpretation?.[0]?.coding?.[0]?.code === 'H').toBe(
        has(life, 'Type 2 diabetes mellitus'),
      );
    }
  });

  it('have those that a clinic has: long names, deceased, merged, without birth date, with and without known allergies', () => {
    const patients = lives.map(patientOf);
    expect(patients.some(({ name }) => (name?.[0]?.family?.length ?? 0) > 25)).toBe(true);
    expect(patients.some(({ deceasedDateTime }) => deceasedDateTime !== undefined)).toBe(true);
    expect(patients.some(({ link, active }) => active === false && link?.[0]?.type === 'replaced-by')).toBe(
      true,
    );
    expect(patients.some(({ birthDate }) => birthDate === undefined)).toBe(true);
    const allergies = lives.map(
      (life) => life.find((one) => one.resourceType === 'AllergyIntolerance')?.code?.text,
    );
    expect(allergies).toEqual(expect.arrayContaining(['No known allergy', undefined]));
    expect(allergies.some((text) => text?.startsWith('Allergy to'))).toBe(true);
  });
});
