import type { Relaying } from '../../diagnostics/say.ts';
import { runtimeState } from '../../instrument/state.ts';
import { deadThreads } from '../../log/owner.ts';
import { CountsTeller } from './counts-teller.ts';
import { openIngress } from './ingress.ts';
import { type FromWorker, GATE, PROTOCOL, type ToWorker, type WorkerStart } from './protocol.ts';
import { Relay } from './relay.ts';
import { WorkerDelivery } from './worker-delivery.ts';

/** What runs in the worker. Whatever fails here ends it, and the main thread starts another. */
export function serveWorker({ protocol, config, port, gate, deadThreads: dead }: WorkerStart): void {
  const post = (message: FromWorker): void => port.postMessage(message);
  if (protocol !== PROTOCOL) {
    post({ type: 'refused', protocol: PROTOCOL });
    return;
  }
  const relay = new Relay((code, message, cause, times) => post({ type: 'said', code, message, cause, times }));
  const relaying: Relaying = (code, message, cause) => relay.say(code, message, cause);
  runtimeState().extensions.relay = relaying;
  for (const thread of dead) deadThreads().add(thread);

  const delivery = new WorkerDelivery(config, post);
  const teller = new CountsTeller(
    () => delivery.counts(),
    (counts) => post({ type: 'counts', counts }),
  );
  openIngress((events, again, acknowledged) => {
    delivery.append(events, again, acknowledged);
    teller.wake();
  });
  port.on('message', (message: ToWorker) => {
    if (message.type === 'end') {
      delivery.end();
      relay.flush();
      Atomics.add(gate, GATE.ended, 1);
      Atomics.notify(gate, GATE.ended);
      return;
    }
    if (message.type === 'append' && message.seq <= Atomics.load(gate, GATE.taken)) return;
    delivery.handle(message);
    teller.wake();
  });
  Atomics.store(gate, GATE.ready, 1);
  post({ type: 'ready' });
  if (dead.length > 0) delivery.takeOver();
}
