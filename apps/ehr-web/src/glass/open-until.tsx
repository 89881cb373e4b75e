'use client';

import { useMounted } from '@mantine/hooks';
import { useEffect, useState } from 'react';

interface OpenUntilProps {
  /** An instant. */
  readonly at: string;
  /** The time by the clock of the server, with its zone: what is shown without JavaScript. */
  readonly there: string;
}

/** Says until when restricted records are open, by the clock of whoever reads it, and when they are no more. */
export function OpenUntil({ at, there }: OpenUntilProps) {
  const isMounted = useMounted();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), Date.parse(at) - Date.now());
    return () => clearTimeout(timer);
  }, [at]);
  const here = isMounted ? new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }) : there; // prettier-ignore
  const time = <time dateTime={at}>{here}</time>;
  if (isOver) return <>Restricted records were open to you until {time}: load this page again</>;
  return <>Restricted records are open to you until {time} · recorded</>;
}
