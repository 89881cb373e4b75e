import { Button } from '@mantine/core';
import { ChevronDown, UserRound } from 'lucide-react';
import styles from './account.module.css';
import { SessionField } from './session-field.tsx';

/** Who is signed in, and the way out; works without JavaScript. */
export function Account({ name }: { readonly name: string }) {
  return (
    <details className={styles['account']}>
      <summary className={styles['summary']}>
        <UserRound size={17} strokeWidth={1.8} aria-hidden="true" />
        <span className={styles['name']}>{name}</span>
        <ChevronDown size={15} strokeWidth={1.8} aria-hidden="true" />
      </summary>
      <form action="/sign-out" method="post" className={styles['menu']}>
        <SessionField />
        <p className={styles['who']}>
          Signed in as <strong>{name}</strong>
        </p>
        <Button type="submit" name="why" value="out" variant="default" fullWidth>
          Sign out
        </Button>
        <Button type="submit" name="why" value="everywhere" variant="subtle" fullWidth>
          Sign out everywhere
        </Button>
      </form>
    </details>
  );
}
