import type { Faker } from '@faker-js/faker';
import type { Observation, ObservationComponent, ObservationReferenceRange, Reference } from 'fhir/r4';
import { around, concept, quantity, round, systems } from './chart.ts';
import type { Measured } from './diseases.ts';

/** How far what is measured is from normal at a time. */
export type Shift = (measured: Measured) => number;

/** Of whom, when and at which visit. */
export interface Occasion {
  readonly subject: Reference;
  readonly encounter: Reference;
  readonly performer: Reference;
  readonly at: Date;
}

/** What a body is like. */
export interface Body {
  readonly heightCm: number;
  readonly weightKg: number;
}

/** A laboratory value: its code, unit, middle, spread and normal range. */
interface Analyte {
  readonly loinc: string;
  readonly name: string;
  readonly unit: string;
  readonly code?: string;
  readonly middle: number;
  readonly spread: number;
  readonly low?: number;
  readonly high?: number;
  readonly digits: number;
  readonly measured?: Measured;
}

const ANALYTES: readonly Analyte[] = [
  { loinc: '4548-4', name: 'Hemoglobin A1c', unit: '%', middle: 5.3, spread: 0.3, high: 5.7, digits: 1, measured: 'hba1c' },
  { loinc: '2345-7', name: 'Glucose', unit: 'mg/dL', middle: 88, spread: 10, low: 70, high: 99, digits: 0, measured: 'glucose' },
  { loinc: '2160-0', name: 'Creatinine', unit: 'mg/dL', middle: 0.9, spread: 0.2, low: 0.6, high: 1.3, digits: 2 },
  { loinc: '2093-3', name: 'Cholesterol', unit: 'mg/dL', middle: 175, spread: 20, high: 200, digits: 0, measured: 'cholesterol' },
  { loinc: '13457-7', name: 'LDL cholesterol', unit: 'mg/dL', middle: 95, spread: 15, high: 130, digits: 0, measured: 'ldl' },
  { loinc: '2085-9', name: 'HDL cholesterol', unit: 'mg/dL', middle: 55, spread: 10, low: 40, digits: 0 },
  { loinc: '3016-3', name: 'Thyrotropin (TSH)', unit: 'mIU/L', code: 'm[IU]/L', middle: 2, spread: 0.8, low: 0.4, high: 4, digits: 2, measured: 'tsh' },
  { loinc: '718-7', name: 'Hemoglobin', unit: 'g/dL', middle: 14, spread: 1.2, low: 12, high: 17, digits: 1 },
  { loinc: '6690-2', name: 'Leukocytes', unit: '10*3/uL', middle: 7, spread: 1.8, low: 4, high: 11, digits: 1 },
  { loinc: '777-3', name: 'Platelets', unit: '10*3/uL', middle: 250, spread: 50, low: 150, high: 400, digits: 0 },
]; // prettier-ignore

/** Height, weight, body mass index, blood pressure, heart rate, temperature, breathing and oxygen. */
export function vitalsAt(occasion: Occasion, body: Body, shift: Shift, faker: Faker): Observation[] {
  const weight = round(around(faker, body.weightKg + shift('weight'), 2), 1);
  const bmi = round(weight / (body.heightCm / 100) ** 2, 1);
  const pressure = [
    component('8480-6', 'Systolic blood pressure', round(around(faker, 120 + shift('systolic'), 6))),
    component('8462-4', 'Diastolic blood pressure', round(around(faker, 77 + shift('diastolic'), 5))),
  ];
  const one = (loinc: string, name: string, value: number, unit: string, code?: string): Observation => ({
    ...vital(occasion, loinc, name),
    valueQuantity: quantity(value, unit, code),
  });
  return [
    one('8302-2', 'Body height', body.heightCm, 'cm'),
    one('29463-7', 'Body weight', weight, 'kg'),
    one('39156-5', 'Body mass index', bmi, 'kg/m2'),
    { ...vital(occasion, '85354-9', 'Blood pressure'), component: pressure },
    one('8867-4', 'Heart rate', round(around(faker, 72, 9)), '/min'),
    one('8310-5', 'Body temperature', round(around(faker, 36.7, 0.3), 1), '°C', 'Cel'),
    one('9279-1', 'Respiratory rate', round(around(faker, 15, 2)), '/min'),
    one('59408-5', 'Oxygen saturation', Math.min(100, round(around(faker, 97.5 + shift('oxygen'), 1))), '%'),
  ];
}

function component(loinc: string, name: string, value: number): ObservationComponent {
  return { code: concept(systems.loinc, loinc, name), valueQuantity: quantity(value, 'mmHg', 'mm[Hg]') };
}

function vital(occasion: Occasion, loinc: string, name: string): Observation {
  return observation(occasion, 'vital-signs', loinc, name);
}

function observation(
  { subject, encounter, performer, at }: Occasion,
  category: string,
  loinc: string,
  name: string,
): Observation {
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: `${systems.terminology}/observation-category`, code: category }] }],
    code: concept(systems.loinc, loinc, name),
    subject,
    encounter,
    effectiveDateTime: at.toISOString(),
    issued: at.toISOString(),
    performer: [performer],
  };
}

/** A blood sample's values, each with its normal range, and a flag where it is outside. */
export function laboratoryAt(
  occasion: Occasion,
  specimen: Reference,
  shift: Shift,
  faker: Faker,
): Observation[] {
  return ANALYTES.map(({ loinc, name, unit, code, middle, spread, low, high, digits, measured }) => {
    const value = round(
      around(faker, middle + (measured === undefined ? 0 : shift(measured)), spread),
      digits,
    );
    const limit = (number: number) => quantity(number, unit, code);
    const range: ObservationReferenceRange = {
      ...(low !== undefined && { low: limit(low) }),
      ...(high !== undefined && { high: limit(high) }),
    };
    const flag = high !== undefined && value > high ? 'H' : low !== undefined && value < low ? 'L' : 'N';
    return {
      ...observation(occasion, 'laboratory', loinc, name),
      valueQuantity: quantity(value, unit, code),
      interpretation: [
        { coding: [{ system: `${systems.terminology}/v3-ObservationInterpretation`, code: flag }] },
      ],
      referenceRange: [range],
      specimen,
    };
  });
}
