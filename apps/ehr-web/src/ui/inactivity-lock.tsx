'use client';

import { useEffect } from 'react';
import { signInHref } from '../session/own-path.ts';

const USED = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart'] as const;
/** When a window of this browser was last used, and whose session it shows; all windows know it. */
const [LAST, SHOWN] = ['ehr-last-used', 'ehr-shown'] as const;
const CHECK_MS = 5_000;
const TELL_MS = 60_000;

interface LockProps {
  readonly minutes: number;
  /** Of the session that the page is shown to; it opens nothing. Null: nobody is signed in. */
  readonly shown: string | null;
}

/**
 * Takes what is shown from a screen that nobody uses: after `minutes` without a touch in any window the page is left and the session
 * ended; and when somebody signs out, or somebody else in, in another window. Whoever works without sending anything stays signed in.
 */
export function InactivityLock({ minutes, shown }: LockProps) {
  useEffect(() => {
    localStorage.setItem(SHOWN, shown ?? '');
    if (shown === null) return undefined;
    let own = Date.now();
    let told = Date.now();
    let isLeft = false;
    const last = () => {
      const stored = Number(localStorage.getItem(LAST) ?? 0);
      // A clock that was set back, or what is no time, counts for nothing.
      return Math.max(own, stored <= Date.now() ? stored : 0);
    };
    const leave = () => {
      isLeft = true;
      document.body.hidden = true;
      location.replace(signInHref(location.pathname + location.search, 'locked'));
    };
    const lock = () => {
      const body = new URLSearchParams({ why: 'locked' });
      // Goes on although the page is left.
      void fetch('/sign-out', { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(
        () => undefined,
      );
      leave();
    };
    const check = () => {
      if (isLeft) return;
      if (localStorage.getItem(SHOWN) !== shown) return leave();
      if (Date.now() - last() >= minutes * 60_000) return lock();
      if (last() <= told || Date.now() - told < TELL_MS) return;
      told = Date.now();
      void fetch('/api/active', { method: 'POST' })
        .then(({ status }) => (status === 401 ? lock() : undefined))
        .catch(() => undefined);
    };
    const use = () => {
      // Pointers move often; the others are told once a second.
      if (Date.now() - own < 1_000) return;
      // A computer that slept wakes up by being used: too late.
      check();
      if (isLeft) return;
      own = Date.now();
      localStorage.setItem(LAST, String(own));
    };
    localStorage.setItem(LAST, String(own));
    const timer = setInterval(check, CHECK_MS);
    document.addEventListener('visibilitychange', check);
    for (const event of ['storage', 'pageshow']) addEventListener(event, check);
    for (const event of USED) addEventListener(event, use, { passive: true });
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', check);
      for (const event of ['storage', 'pageshow']) removeEventListener(event, check);
      for (const event of USED) removeEventListener(event, use);
    };
  }, [minutes, shown]);
  return null;
}
