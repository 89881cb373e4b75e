import { createTheme, type MantineColorsTuple } from '@mantine/core';

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

/** The greys of dark colours, with the blue of the page instead of Mantine's neutral ones. */
const dark: MantineColorsTuple = [
  '#dfe8eb',
  '#b6c4ca',
  '#93a4ab',
  '#6d7f87',
  '#3a4a51',
  '#2c393f',
  '#202b30',
  '#192226',
  '#131b1e',
  '#0e1416',
];

/** Colours, fonts and sizes of the app. */
export const theme = createTheme({
  colors: { lagoon, dark },
  primaryColor: 'lagoon',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
});
