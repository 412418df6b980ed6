import { expect, test } from 'vitest';
import { withoutSecrets } from './secrets.ts';

test.each([
  [
    'mongodb://ann:s3cret@db.example/app',
    'bad auth for ann with s3cret at db.example',
    'bad auth for *** with *** at db.example',
  ],
  ['mongodb://ann:p%40ss%2Fword@db.example/', 'p@ss/word and p%40ss%2Fword', '*** and ***'],
  ['mongodb://db.example/?authMechanism=S3CRET', 'authMechanism got S3CRET', 'authMechanism got ***'],
  ['mongodb://ann:s3cret@db.example/', 'Invalid "mongodb://ann:s3cret@db.example/"', 'Invalid "mongodb://db.example/"'],
  ['mongodb://ann:half/s3cret@db.example/', 'no such host: half, or s3cret', 'no such host: ***, or ***'],
  ['mongodb://db.example:27017/', 'connect ECONNREFUSED db.example:27017', 'connect ECONNREFUSED db.example:27017'],
])('%s: %s', (uri, message, expected) => {
  expect(withoutSecrets(message, uri)).toBe(expected);
});
