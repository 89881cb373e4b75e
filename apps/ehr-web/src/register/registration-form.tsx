import { Button, NativeSelect, TextInput } from '@mantine/core';
import { SEXES } from '../people/describe-patient.ts';
import { ErrorSummary } from '../ui/error-summary.tsx';
import panel from '../ui/panel.module.css';
import { SessionField } from '../ui/session-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import type { Draft } from './draft-cookie.ts';
import { type RegistrationField, registrationFields } from './registration.ts';
import styles from './registration-form.module.css';

const LABELS: Readonly<Record<RegistrationField, string>> = {
  given: 'Given names',
  family: 'Family name',
  birthDate: 'Date of birth',
  sex: 'Sex',
  mrn: 'Record number (MRN)',
  phone: 'Phone',
};

/**
 * A plain form post. The browser's own checks are left off (`noValidate`): the server's answer names every
 * field at once, in words, also to a screen reader.
 */
export function RegistrationForm({ draft, today }: { readonly draft: Draft; readonly today: string }) {
  const field = (name: RegistrationField) => ({
    id: name,
    name,
    label: LABELS[name],
    defaultValue: draft.registration[name],
    error: draft.errors[name],
    maxLength: 100,
    autoComplete: 'off',
  });
  return (
    <form
      action="/patients/register"
      method="post"
      noValidate
      aria-label="Registration"
      className={`${panel['panel']} ${panel['padded']} ${styles['form']}`}
    >
      <SessionField />
      <ErrorSummary
        title="The patient is not registered yet"
        form={draft.errors.form}
        fields={registrationFields.map((id) => ({ id, label: LABELS[id], error: draft.errors[id] }))}
      />
      <fieldset>
        <legend>Identity</legend>
        <TextInput {...field('given')} withAsterisk required spellCheck={false} />
        <TextInput {...field('family')} withAsterisk required spellCheck={false} />
        <TextInput {...field('birthDate')} type="date" max={today} withAsterisk required />
        <NativeSelect
          id="sex"
          name="sex"
          label={LABELS.sex}
          withAsterisk
          required
          defaultValue={draft.registration.sex}
          error={draft.errors.sex}
          data={[
            { value: '', label: 'Choose…' },
            ...Object.entries(SEXES).map(([value, label]) => ({ value, label })),
          ]}
        />
      </fieldset>
      <fieldset>
        <legend>Record and contact</legend>
        <TextInput
          {...field('mrn')}
          description="As on the wristband or referral."
          withAsterisk
          required
          spellCheck={false}
        />
        <TextInput
          {...field('phone')}
          type="tel"
          description="Optional, with country code."
          maxLength={100}
        />
      </fieldset>
      <div className={styles['actions']}>
        <SubmitButton>Register patient</SubmitButton>
        <Button component="a" href="/patients" variant="subtle">
          Cancel
        </Button>
      </div>
    </form>
  );
}
