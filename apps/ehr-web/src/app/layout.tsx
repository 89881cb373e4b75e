import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import './global.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { readConfig } from '../config/read-config.ts';
import { AppProvider } from '../ui/app-provider.tsx';
import { Header } from '../ui/header.tsx';

// Every page needs its own nonce and shows what is true now.
/** Rendered at every request: the nonce of the content security policy is new each time. */
export const dynamic = 'force-dynamic';

/** Title and description of every page. */
export const metadata: Metadata = {
  title: { default: 'EHR Connect', template: '%s · EHR Connect' },
  robots: { index: false, follow: false },
};

/** The frame of every page: navigation, theme and fonts. */
export default async function Layout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? '';
  const { environment, identity } = readConfig();
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript nonce={nonce} defaultColorScheme="auto" />
      </head>
      <body>
        <AppProvider nonce={nonce}>
          <a href="#main" className="skipLink">
            Skip to content
          </a>
          <Header environment={environment} />
          <main id="main" tabIndex={-1}>
            {children}
          </main>
          <footer className="footer">
            EHR Connect{identity.version === 'unversioned' ? '' : ` · version ${identity.version}`}
          </footer>
        </AppProvider>
      </body>
    </html>
  );
}
