'use client';

import { Alert } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { type RegistrationErrors, registrationFields } from './registration.ts';

const LABELS = {
  given: 'Given names',
  family: 'Family name',
  birthDate: 'Date of birth',
  sex: 'Sex',
  mrn: 'Record number (MRN)',
  phone: 'Phone',
};

/** Above a refused form: how much is wrong, with a link to each field. Takes the focus when it appears. */
export function ErrorSummary({ errors }: { readonly errors: RegistrationErrors }) {
  const summary = useRef<HTMLDivElement>(null);
  const wrong = registrationFields.filter((field) => errors[field]);
  useEffect(() => summary.current?.focus(), []);
  if (wrong.length === 0 && !errors.form) return null;
  return (
    <Alert
      ref={summary}
      tabIndex={-1}
      role="alert"
      color="red"
      mb={20}
      style={{ outlineColor: 'var(--mantine-color-error)' }}
      icon={<CircleAlert size={20} strokeWidth={1.8} />}
      title="The patient is not registered yet"
    >
      {errors.form}
      {wrong.map((field) => (
        <div key={field}>
          <a href={`#${field}`} style={{ color: 'inherit' }}>
            {LABELS[field]}
          </a>
          : {errors[field]}
        </div>
      ))}
    </Alert>
  );
}
