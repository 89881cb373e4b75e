'use client';

import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';

/**
 * Shows that the form is on its way, and sends it once: a second click would register the patient twice. (Pages
 * have no streamed loading state, because without JavaScript nothing would ever replace it.)
 */
export function SubmitButton({ children }: { readonly children: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  const [sending, setSending] = useState(false);
  useEffect(() => {
    const form = button.current?.form;
    const sent = (event: SubmitEvent) => (sending ? event.preventDefault() : setSending(true));
    // Coming back by the browser's Back button shows the form as it was left.
    const shown = () => setSending(false);
    form?.addEventListener('submit', sent);
    window.addEventListener('pageshow', shown);
    return () => {
      form?.removeEventListener('submit', sent);
      window.removeEventListener('pageshow', shown);
    };
  }, [sending]);
  return (
    <Button ref={button} type="submit" loading={sending}>
      {children}
    </Button>
  );
}
