'use client';

import { useEffect } from 'react';
import { signInHref } from '../session/own-path.ts';

const USED = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart'] as const;
/** When a window of this browser was last used; shared by all of them. */
const LAST = 'ehr-last-used';
const CHECK_MS = 5_000;
const TELL_MS = 60_000;

/**
 * Takes what is shown from a screen that nobody uses: after `minutes` without a touch in any window the session is ended and the
 * page left. Whoever works without sending anything stays signed in.
 */
export function InactivityLock({ minutes }: { readonly minutes: number }) {
  useEffect(() => {
    let own = Date.now();
    let told = Date.now();
    const use = () => {
      // Pointers move often; the others are told once a second.
      if (Date.now() - own < 1_000) return;
      own = Date.now();
      localStorage.setItem(LAST, String(own));
    };
    const lock = async () => {
      const body = new URLSearchParams({ why: 'locked' });
      await fetch('/sign-out', { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(
        () => undefined,
      );
      location.replace(signInHref(location.pathname + location.search, 'locked'));
    };
    const check = () => {
      const last = Math.max(own, Number(localStorage.getItem(LAST) ?? 0));
      if (Date.now() - last >= minutes * 60_000) return void lock();
      if (last <= told || Date.now() - told < TELL_MS) return;
      told = Date.now();
      void fetch('/api/active', { method: 'POST' })
        .then(({ status }) => (status === 401 ? lock() : undefined))
        .catch(() => undefined);
    };
    localStorage.setItem(LAST, String(own));
    const timer = setInterval(check, CHECK_MS);
    // A computer that slept checks when it wakes up.
    document.addEventListener('visibilitychange', check);
    for (const event of USED) addEventListener(event, use, { passive: true });
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', check);
      for (const event of USED) removeEventListener(event, use);
    };
  }, [minutes]);
  return null;
}
