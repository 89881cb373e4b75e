import type { MantineColorsTuple } from '@mantine/core';
import { createTheme } from '@mantine/core';

/** The product's colour; shade 7 on white and shade 3 on the dark background keep a contrast above 4.5. */
const lagoon: MantineColorsTuple = [
  '#e9f7f8',
  '#d3ecee',
  '#a5d8dc',
  '#74c3c9',
  '#4cb1b9',
  '#30a4ad',
  '#168792',
  '#0b6b74',
  '#07575f',
  '#03434a',
];

export const theme = createTheme({
  colors: { lagoon },
  primaryColor: 'lagoon',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
});
