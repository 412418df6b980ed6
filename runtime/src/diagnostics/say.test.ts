import { afterEach, expect, it, vi } from 'vitest';
import { saidByCause, say } from './say.ts';

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});

afterEach(() => {
  saidByCause().clear();
  stderr.mockClear();
});

it('tells causes apart up to a bound, and counts all', () => {
  for (let n = 0; n < 5000; n++) say('PAN1', `file ${n} is strange`, `file ${n}`);
  say('PAN1', 'file 0 is strange again', 'file 0');
  say('PAN2', 'something else');
  expect(saidByCause().size).toBe(1002);
  expect(saidByCause().get('PAN1 file 0')?.count).toBe(2);
  expect(saidByCause().get('PAN1 others')?.count).toBe(4000);
  expect(saidByCause().get('PAN2 others')?.count).toBe(1);
  expect(stderr).toHaveBeenCalledTimes(1002);
});

it('writes one line, whatever somebody has put into the message', () => {
  say('PAN1', 'no such token: a\r\nPanoptic PAN6402: forged\u001b[2J\u009b2J\u202e');
  expect(stderr.mock.calls).toEqual([['Panoptic PAN1: no such token: a Panoptic PAN6402: forged [2J 2J ']]);
});
