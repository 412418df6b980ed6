import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { MongoClient as MongoClient6 } from 'mongodb-6';
import { describe, expect, test } from 'vitest';
import { mongodbUriProblem } from './mongodb-uri.ts';

describe('mongodbUriProblem', () => {
  test.each([
    'mongodb://h',
    'mongodb://h/',
    'mongodb://a.example:27017,b.example:27018/app?replicaSet=rs0',
    'mongodb://ann:p%40ss%2Fword@h/?authSource=admin',
    'mongodb://ann@h/',
    'mongodb+srv://ann:pass@cluster0.example.net/app?retryWrites=true',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/app',
    'mongodb://[::1]:27017/',
  ])('%s can be tried', (uri) => {
    expect(mongodbUriProblem(uri)).toBeUndefined();
  });

  test.each([
    ['h:27017', 'starts with mongodb://'],
    ['https://h/', 'starts with mongodb://'],
    ['mongodb:// h/', 'starts with mongodb://'],
    ['mongodb://ann:p@ss@h/', 'percent-encoded'],
    ['mongodb://ann:p/ss@h/', 'percent-encoded'],
    ['mongodb://ann:p:ss@h/', 'percent-encoded'],
    ['mongodb://ann:100%@h/', 'percent-encoded'],
    ['mongodb:///app', 'with a host'],
    ['mongodb://:27017/', 'with a host'],
    ['mongodb+srv://a.example.net,b.example.net/', 'one host and no port'],
    ['mongodb+srv://a.example.net:27017/', 'one host and no port'],
  ])('%s is wrong: %s', (uri, expected) => {
    expect(mongodbUriProblem(uri)).toContain(expected);
  });

  test('nothing is refused that a driver takes', () => {
    const piece = fc.stringMatching(/^[a-z0-9@:/?#%,.[\]=&-]{0,12}$/);
    const uri = fc.tuple(fc.constantFrom('mongodb://', 'mongodb+srv://', 'mongodb:/', ''), piece, piece, piece);
    fc.assert(
      fc.property(
        uri.map((parts) => parts.join('')),
        (uri) => {
          if (mongodbUriProblem(uri) === undefined) return;
          expect(() => new MongoClient(uri)).toThrow();
          // driver 6 takes the second @ for a part of the path, and looks for a host that nobody meant
          if (!/@[^/?]*@/.test(uri)) expect(() => new MongoClient6(uri)).toThrow();
        },
      ),
      { numRuns: 3000 },
    );
  });
});
