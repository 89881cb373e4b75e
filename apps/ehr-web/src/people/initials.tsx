import styles from './initials.module.css';

/** Decoration: the name stands beside it. */
export function Initials({ text, large = false }: { readonly text: string; readonly large?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={large ? `${styles['initials']} ${styles['large']}` : styles['initials']}
    >
      {text}
    </span>
  );
}
