import { validateResource } from '@ehr/fhir/server';
import { describe, expect, it } from 'vitest';
import { checkRegistration, errorsFromOutcome } from './check-registration.ts';
import { readRegistration, toPatient } from './registration.ts';

const good = {
  given: 'Anna Maria',
  family: 'Müller',
  birthDate: '1980-05-17',
  sex: 'female',
  mrn: '7',
  phone: '',
};

describe('a registration', () => {
  it('is read from the form, trimmed, whatever else was sent', () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...good, family: ' Müller ', other: 'x' }))
      form.append(name, value);
    expect(readRegistration(form)).toEqual(good);
  });

  it('becomes a Patient that the record service accepts', () => {
    expect(validateResource(toPatient({ ...good, phone: '+49 1' }), 'Patient')).toEqual([]);
  });

  it.each([
    [{ given: '' }, 'given'],
    [{ family: '' }, 'family'],
    [{ sex: '' }, 'sex'],
    [{ mrn: '' }, 'mrn'],
    [{ birthDate: '' }, 'birthDate'],
    [{ birthDate: '1980-02-30' }, 'birthDate'],
    [{ birthDate: '1980' }, 'birthDate'],
    [{ birthDate: '2999-01-01' }, 'birthDate'],
    [{ phone: '1'.repeat(101) }, 'phone'],
  ])('with %j is wrong at %s', (change, field) => {
    expect(Object.keys(checkRegistration({ ...good, ...change }, '2026-01-01'))).toEqual([field]);
  });

  it('is complete with every required field', () => {
    expect(checkRegistration(good, '2026-01-01')).toEqual({});
  });
});

describe('errorsFromOutcome', () => {
  it('puts each issue beside its field', () => {
    const wrong = { ...toPatient({ ...good, sex: 'f', family: ' ' }), x: 1 };
    const issue = validateResource(wrong, 'Patient').map(({ expression, diagnostics }) => ({
      severity: 'error',
      expression: [expression],
      diagnostics,
    }));
    expect(errorsFromOutcome({ resourceType: 'OperationOutcome', issue })).toEqual({
      family: 'Must be text that is not blank, without control characters.',
      sex: 'Must be one of male, female, other, unknown.',
      form: 'Is not an element this type has; remove it or correct its name.',
    });
  });

  it('says something when the answer says nothing', () => {
    expect(errorsFromOutcome('<html>')).toEqual({ form: 'The record service refused this registration.' });
  });
});
