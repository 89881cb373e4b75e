import Link from 'next/link';
import styles from './header.module.css';

/** The product's name with its mark. */
export function Brand() {
  return (
    <Link href="/patients" className={styles['brand']}>
      <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0b6b74" />
        <path
          d="M5 17h6l2.5-7 5 13 2.5-6h6"
          fill="none"
          stroke="#fff"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span>
        EHR <span className={styles['brandSecond']}>Connect</span>
      </span>
    </Link>
  );
}
