import { contextStorage } from '../../context/context-storage.ts';
import { now } from '../clock.ts';
import { RecordingSite } from '../site.ts';
import type { GeneratorCall } from '../site.types.ts';
import type { EnterableStorage } from '../state.ts';

import { CallScope } from './call-scope.ts';
import { TracedCall } from './traced-call.ts';
import { TracedGenerator } from './traced-generator.ts';

/** A site whose calls carry the call they ran in. */
export class TracedSite extends RecordingSite {
  readonly storage: EnterableStorage = contextStorage() as EnterableStorage;

  override begin(): TracedCall {
    let call = this.free as TracedCall | undefined;
    if (call === undefined) call = new TracedCall(this);
    else {
      this.free = call.next;
      this.pooled--;
    }
    call.began = this.state.began?.();
    const scope = new CallScope(this.storage);
    call.scope = scope;
    if (this.inherits) call.snapshot = scope.snapshot;
    call.start = now();
    return call;
  }

  override beginGenerator(): GeneratorCall {
    return new TracedGenerator(this, undefined, new CallScope(this.storage));
  }

  override beginGeneratorWith(...roots: unknown[]): GeneratorCall {
    return new TracedGenerator(this, this.read(roots), new CallScope(this.storage));
  }
}
