import type { CodeableConcept } from 'fhir/r4';
import { concept, systems } from './chart.ts';

/** A long illness, what is taken against it, and what it does to what is measured. */
export interface Disease {
  readonly name: string;
  readonly code: CodeableConcept;
  readonly medication: CodeableConcept;
  readonly dosage: string;
  readonly goal: string;
  /** How far values are from normal, untreated; treatment takes two thirds of it away. */
  readonly shifts: { readonly [Value in Measured]?: number };
}

/** What illnesses change. */
export type Measured =
  'systolic' | 'diastolic' | 'hba1c' | 'glucose' | 'ldl' | 'cholesterol' | 'tsh' | 'oxygen' | 'weight';

const illness = (snomed: string, icd10: string, name: string): CodeableConcept => ({
  coding: [
    { system: systems.snomed, code: snomed, display: name },
    { system: systems.icd10, code: icd10 },
  ],
  text: name,
});

export const diseases: readonly Disease[] = [
  {
    name: 'hypertension',
    code: illness('38341003', 'I10', 'Hypertension'),
    medication: concept(systems.atc, 'C09AA03', 'Lisinopril 10 mg'),
    dosage: 'one tablet every morning',
    goal: 'Blood pressure below 140/90 mmHg',
    shifts: { systolic: 36, diastolic: 18 },
  },
  {
    name: 'diabetes',
    code: illness('44054006', 'E11.9', 'Type 2 diabetes mellitus'),
    medication: concept(systems.atc, 'A10BA02', 'Metformin 500 mg'),
    dosage: 'one tablet twice a day with a meal',
    goal: 'HbA1c below 7 %',
    shifts: { hba1c: 3.4, glucose: 90, weight: 12 },
  },
  {
    name: 'hyperlipidemia',
    code: illness('55822004', 'E78.5', 'Hyperlipidemia'),
    medication: concept(systems.atc, 'C10AA05', 'Atorvastatin 20 mg'),
    dosage: 'one tablet every evening',
    goal: 'LDL cholesterol below 100 mg/dL',
    shifts: { ldl: 75, cholesterol: 85 },
  },
  {
    name: 'hypothyroidism',
    code: illness('40930008', 'E03.9', 'Hypothyroidism'),
    medication: concept(systems.atc, 'H03AA01', 'Levothyroxine 50 µg'),
    dosage: 'one tablet half an hour before breakfast',
    goal: 'TSH between 0.4 and 4 mIU/L',
    shifts: { tsh: 8, weight: 5 },
  },
  {
    name: 'asthma',
    code: illness('195967001', 'J45.9', 'Asthma'),
    medication: concept(systems.atc, 'R03AC02', 'Salbutamol 100 µg inhaler'),
    dosage: 'two puffs when short of breath',
    goal: 'No night with symptoms',
    shifts: { oxygen: -3 },
  },
];
