import { Button, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { isFiltered, type PatientQuery } from '../records/patient-query.ts';
import { SessionField } from '../ui/session-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import styles from './search-form.module.css';

/** A plain form that works without JavaScript, sent by POST: no name ends up in an address. */
export function SearchForm({ query }: { readonly query: PatientQuery }) {
  return (
    <form
      action="/patients/search"
      method="post"
      role="search"
      aria-label="Patients"
      className={styles['form']}
    >
      <SessionField />
      <TextInput
        name="name"
        label="Name"
        placeholder="Any part of the name"
        defaultValue={query.name}
        leftSection={<Search size={16} strokeWidth={1.8} />}
        className={styles['name'] ?? ''}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
      />
      <TextInput
        name="mrn"
        label="Record number (MRN)"
        defaultValue={query.mrn}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
      />
      <TextInput name="birthdate" type="date" label="Date of birth" defaultValue={query.birthdate} />
      <div className={styles['actions']}>
        <SubmitButton>Search</SubmitButton>
        {isFiltered(query) ? (
          <Button component="a" href="/patients" variant="subtle">
            Clear
          </Button>
        ) : null}
      </div>
    </form>
  );
}
