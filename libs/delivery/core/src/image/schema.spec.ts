import { describe, expect, it } from 'vitest';
import { imageSchemaOf } from './schema.ts';

const labels = (lowest: string, own: string, highest: string) => ({
  architecture: 'amd64',
  os: 'linux',
  config: {
    Labels: {
      'connect.ehr.schema-lowest': lowest,
      'connect.ehr.schema': own,
      'connect.ehr.schema-highest': highest,
    },
  },
});
const none = { architecture: 'amd64', os: 'linux' };

describe('imageSchemaOf', () => {
  it.each([
    [[labels('0', '3', '4'), labels('0', '3', '4')], { lowest: 0, own: 3, highest: 4 }],
    [[labels('0', '3', '4'), labels('0', '3', '5')], null],
    [[labels('0', '3', '4'), none], null],
    [[none], null],
    [[labels('', '3', '4')], null],
    [[labels('0', '3', '2')], null],
    [[labels('4', '3', '5')], null],
    [[labels('0', 'three', '4')], null],
    [[], null],
  ])('reads the labels of %#', (platforms, expected) => {
    expect(imageSchemaOf(platforms)).toEqual(expected);
  });
});
