import { Button, NativeSelect, TextInput } from '@mantine/core';
import { SEXES } from '../people/describe-patient.ts';
import panel from '../ui/panel.module.css';
import { SubmitButton } from '../ui/submit-button.tsx';
import type { Draft } from './draft-cookie.ts';
import { ErrorSummary } from './error-summary.tsx';
import type { RegistrationField } from './registration.ts';
import styles from './registration-form.module.css';

/**
 * A plain form post. The browser's own checks are left off (`noValidate`): the server's answer names every
 * field at once, in words, also to a screen reader.
 */
export function RegistrationForm({ draft, today }: { readonly draft: Draft; readonly today: string }) {
  const field = (name: RegistrationField) => ({
    id: name,
    name,
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
      <ErrorSummary errors={draft.errors} />
      <fieldset>
        <legend>Identity</legend>
        <TextInput {...field('given')} label="Given names" withAsterisk required spellCheck={false} />
        <TextInput {...field('family')} label="Family name" withAsterisk required spellCheck={false} />
        <TextInput
          {...field('birthDate')}
          type="date"
          max={today}
          label="Date of birth"
          withAsterisk
          required
        />
        <NativeSelect
          id="sex"
          name="sex"
          label="Sex"
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
          label="Record number (MRN)"
          description="As on the wristband or referral."
          withAsterisk
          required
          spellCheck={false}
        />
        <TextInput
          {...field('phone')}
          type="tel"
          label="Phone"
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
