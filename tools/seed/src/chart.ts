import { type Faker } from '@faker-js/faker';
import type { BundleEntry, CodeableConcept, FhirResource, Quantity, Reference } from 'fhir/r4';

/** What is written at once: resources under ids of their own, so that writing them again changes nothing. */
export class Chart {
  readonly entries: BundleEntry[] = [];
  readonly #prefix: string;
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Adds a resource, and refers to it. */
  add(
    resource: FhirResource,
    id = `${this.#prefix}-${String((this.#count += 1)).padStart(3, '0')}`,
  ): Reference {
    const url = `${resource.resourceType}/${id}`;
    this.entries.push({ resource: { ...resource, id }, request: { method: 'PUT', url } });
    return { reference: url };
  }
}

/** A concept of one code system. */
export function concept(system: string, code: string, text: string): CodeableConcept {
  return { coding: [{ system, code, display: text }], text };
}

/** Of UCUM. */
export function quantity(value: number, unit: string, code = unit): Quantity {
  return { value, unit, system: 'http://unitsofmeasure.org', code };
}

/** A number with so many digits behind the point. */
export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}

/** Around a middle, seldom far away from it. */
export function around(faker: Faker, middle: number, spread: number): number {
  return middle + spread * (faker.number.float() + faker.number.float() + faker.number.float() - 1.5);
}

/** `2026-11-30` */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** So many days later, or earlier. */
export function later(date: Date, days: number, hours = 0): Date {
  return new Date(date.getTime() + days * 86_400_000 + hours * 3_600_000);
}

export const systems = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  atc: 'http://www.whocc.no/atc',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  terminology: 'http://terminology.hl7.org/CodeSystem',
} as const;
