/** A resource under an id that the client chose. */
export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

/** Whom searches ask for. */
export interface Person {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  readonly birthDate: string;
  readonly mrn: string;
  readonly phone: string;
  /** Seen often enough that their newest observations fill a page. */
  readonly isRegular: boolean;
}

export const LOINC = 'http://loinc.org';
export const MRN = 'urn:bench:mrn';
export const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const CONDITION_CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';

/** What is measured: its code, name, unit, middle and spread. */
interface Measure {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly middle: number;
  readonly spread: number;
}

const measure = (code: string, name: string, unit: string, middle: number, spread: number): Measure => ({ code, name, unit, middle, spread }); // prettier-ignore

/** At every visit, and all day long in the large chart. */
export const VITALS = [
  measure('8867-4', 'Heart rate', '/min', 72, 20),
  measure('8310-5', 'Body temperature', 'Cel', 36.8, 1.5),
  measure('9279-1', 'Respiratory rate', '/min', 15, 5),
  measure('59408-5', 'Oxygen saturation', '%', 97, 3),
  measure('8480-6', 'Systolic blood pressure', 'mm[Hg]', 124, 30),
  measure('29463-7', 'Body weight', 'kg', 74, 25),
] as const;
/** Of the blood of those who come often: a tenth of all. */
export const LABORATORY = [
  measure('4548-4', 'Hemoglobin A1c', '%', 6.4, 3),
  measure('2345-7', 'Glucose', 'mg/dL', 105, 50),
  measure('2160-0', 'Creatinine', 'mg/dL', 0.9, 0.4),
  measure('718-7', 'Hemoglobin', 'g/dL', 14, 3),
] as const;
/** Once in so many observations. */
export const RARE = measure('14959-1', 'Microalbumin/Creatinine', 'mg/g', 20, 15);
const RARITY = 1_500;

/** Without accents: PostgreSQL has no immutable way to fold them, which an index of a rival would need. */
const FAMILIES = 'Smith Mueller Nguyen Schmidt Johnson Garcia Yilmaz Brown Schneider Tran Fischer Jones Weber Kaya Miller Meyer Davis Wagner Demir Becker Wilson Schulz Hoffmann Celik Taylor Schaefer Koch Bauer Anderson Richter Sahin Klein Thomas Wolf Moore Schroeder Neumann Martin Schwarz Zimmermann Jackson Braun Krueger Hofmann Aydin Hartmann Lange Thompson Schmitt Werner White Krause Meier Lehmann Ozturk Schmid Lopez Schulze Maier Koehler Herrmann Lewis Walter Mayer Huber Kaiser Fuchs Arslan Peters Lang Scholz Moeller Weiss Jung Hahn Schubert Dogan Vogel Friedrich Keller Guenther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Boehm Winter Kraus Martinez Schumacher Kraemer Vogt'.split(' '); // prettier-ignore
const GIVEN = 'Anna Ben Clara David Elif Finn Greta Hugo Ida Jonas Klara Leon Mia Noah Olivia Paul Quinn Rosa Samuel Thea Umut Vera William Xenia Yusuf Zoe Amelie Bruno Carla Dennis Emma Felix Georg Hannah Isabel Jan Katharina Linh Martin Nina Oskar Petra Robert Sophie Thomas Ursula Viktor Wanda Yara Anton Bettina Christian Dorothea Erik Franziska Gustav Helena'.split(' '); // prettier-ignore

/** Of 300 resources that so many are in the chart of one patient. */
const LARGE_SHARE = { of: 300, large: 130 } as const;
const TEN_YEARS_OF_DAYS = 3_650;

/**
 * A clinic's records, one after the other and without an end, the same every time: the first n are those of a smaller
 * clinic. Most come a few times, a tenth often, and one patient's chart grows to 130 of 300 resources. No two times
 * are alike, so an order by time leaves nothing open. What refers to something comes after it.
 */
export class Clinic {
  /** Whose chart is whole so far; the one with the large chart is not among them. */
  readonly people: Person[] = [];
  largeChart = '';
  #count = 0;
  #state = 20_260_101;

  *records(): Generator<Resource> {
    const large = this.#patient(0);
    this.largeChart = large.person.id;
    yield large.patient;
    const stay = this.#monitored();
    let owed = 0;
    for (let number = 1; ; number += 1) {
      for (const record of this.#chartOf(number)) {
        yield record;
        owed += LARGE_SHARE.large / (LARGE_SHARE.of - LARGE_SHARE.large);
      }
      for (; owed >= 1; owed -= 1) yield stay.next().value;
    }
  }

  *#chartOf(number: number): Generator<Resource> {
    const { person, patient } = this.#patient(number);
    yield patient;
    const visits = person.isRegular ? 12 : 1 + (number % 3);
    for (let visit = 1; visit <= visits; visit += 1) {
      const day = this.#below(TEN_YEARS_OF_DAYS);
      const encounter = this.#encounter(person.id, day);
      yield encounter;
      for (const vital of VITALS) yield this.#observation('vital-signs', vital, person.id, encounter.id, day);
      if (visit % 4 === 0)
        for (const value of LABORATORY) yield this.#observation('laboratory', value, person.id, encounter.id, day); // prettier-ignore
    }
    for (let illness = 0; illness < number % 3; illness += 1) {
      const day = this.#below(TEN_YEARS_OF_DAYS);
      const isOver = this.#below(3) === 0;
      yield this.#condition(person.id, day, isOver);
      yield this.#prescription(person.id, day, isOver);
    }
    this.people.push(person);
  }

  /** The large chart: somebody on a monitor for years. */
  *#monitored(): Generator<Resource, never> {
    for (;;) {
      const day = this.#below(TEN_YEARS_OF_DAYS);
      const encounter = this.#encounter(this.largeChart, day);
      yield encounter;
      for (let reading = 0; reading < 96; reading += 1) {
        const vital = VITALS[reading % VITALS.length] ?? VITALS[0];
        yield this.#observation('vital-signs', vital, this.largeChart, encounter.id, day);
      }
    }
  }

  #patient(number: number): { readonly person: Person; readonly patient: Resource } {
    const person: Person = {
      id: this.#id('p'),
      family: this.#skewed(FAMILIES),
      given: this.#skewed(GIVEN),
      birthDate: new Date(Date.UTC(1938, 0, 1 + this.#below(29_000))).toISOString().slice(0, 10),
      mrn: `M${String(number).padStart(6, '0')}`,
      phone: `+49 40 555${String(number).padStart(6, '0')}`,
      isRegular: number % 10 === 0,
    };
    const { id, family, given, birthDate, mrn, phone } = person;
    const names = [{ use: 'official', family, given: [given, this.#skewed(GIVEN)] }];
    const maiden = number % 12 === 0 ? [{ use: 'maiden', family: this.#skewed(FAMILIES) }] : [];
    const patient = {
      resourceType: 'Patient',
      id,
      active: true,
      identifier: [{ use: 'usual', system: MRN, value: mrn }],
      name: [...names, ...maiden],
      telecom: [{ system: 'phone', value: phone, use: 'mobile' }],
      gender: number % 2 === 0 ? 'female' : 'male',
      birthDate,
      address: [{ line: [`Harbour Street ${number}`], city: 'Hamburg', postalCode: '20459', country: 'DE' }],
    };
    return { person, patient };
  }

  #encounter(patient: string, day: number): Resource {
    const id = this.#id('e');
    const start = this.#time(day);
    return {
      ...{ resourceType: 'Encounter', id, status: 'finished' },
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      ...{ subject: { reference: `Patient/${patient}` }, period: { start, end: start } },
      reasonCode: [{ text: 'Check-up' }],
    };
  }

  #observation(category: string, usual: Measure, patient: string, encounter: string, day: number): Resource {
    const isRare = this.#below(RARITY) === 0;
    const { code, name, unit, middle, spread } = isRare ? RARE : usual;
    const id = this.#id('o');
    const at = this.#time(day);
    const kind = this.#below(100);
    const value = Number((middle + spread * (this.#random() + this.#random() - 1)).toFixed(1));
    return {
      ...{ resourceType: 'Observation', id },
      status: kind < 92 ? 'final' : kind < 97 ? 'amended' : 'preliminary',
      category: [{ coding: [{ system: OBSERVATION_CATEGORY, code: category }] }],
      code: { coding: [{ system: LOINC, code, display: name }], text: name },
      ...{ subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/${encounter}` } },
      ...{ effectiveDateTime: at, issued: at },
      valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    };
  }

  #condition(patient: string, day: number, isOver: boolean): Resource {
    return {
      ...{ resourceType: 'Condition', id: this.#id('c') },
      clinicalStatus: { coding: [{ system: CONDITION_CLINICAL, code: isOver ? 'resolved' : 'active' }] },
      code: { coding: [{ system: 'http://snomed.info/sct', code: '38341003' }], text: 'Hypertension' },
      ...{ subject: { reference: `Patient/${patient}` }, recordedDate: this.#time(day) },
    };
  }

  #prescription(patient: string, day: number, isOver: boolean): Resource {
    return {
      ...{ resourceType: 'MedicationRequest', id: this.#id('m') },
      ...{ status: isOver ? 'completed' : 'active', intent: 'order' },
      medicationCodeableConcept: { text: 'Lisinopril 10 mg' },
      ...{ subject: { reference: `Patient/${patient}` }, authoredOn: this.#time(day) },
      dosageInstruction: [{ text: 'one tablet every morning' }],
    };
  }

  /** The number of a record in the order of all is in its id. */
  #id(letter: string): string {
    this.#count += 1;
    return `${letter}${String(this.#count).padStart(7, '0')}`;
  }

  /** On that day; the millisecond is the record's own. */
  #time(day: number): string {
    return new Date(Date.UTC(2016, 0, 1 + day) + ((this.#count * 7_919) % 86_400_000)).toISOString();
  }

  /** The first ones of a list often, the last seldom. */
  #skewed(words: readonly string[]): string {
    return words[Math.floor(words.length * this.#random() ** 2)] ?? '';
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Mulberry32: from 0 to 1, the same series every time. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  }
}
