'use client';

import { Alert } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';

interface ErrorSummaryProps {
  readonly title: string;
  /** What belongs to no field. */
  readonly form: string | undefined;
  readonly fields: readonly {
    readonly id: string;
    readonly label: string;
    readonly error: string | undefined;
  }[];
}

/** Above a refused form: how much is wrong, with a link to each field. Takes the focus when it appears. */
export function ErrorSummary({ title, form, fields }: ErrorSummaryProps) {
  const summary = useRef<HTMLDivElement>(null);
  const wrong = fields.filter(({ error }) => error);
  useEffect(() => summary.current?.focus(), []);
  if (wrong.length === 0 && !form) return null;
  return (
    <Alert
      ref={summary}
      tabIndex={-1}
      role="alert"
      color="red"
      mb={20}
      style={{ outlineColor: 'var(--mantine-color-error)' }}
      icon={<CircleAlert size={20} strokeWidth={1.8} />}
      title={title}
    >
      {form}
      {wrong.map(({ id, label, error }) => (
        <div key={id}>
          <a href={`#${id}`} style={{ color: 'inherit' }}>
            {label}
          </a>
          : {error}
        </div>
      ))}
    </Alert>
  );
}
