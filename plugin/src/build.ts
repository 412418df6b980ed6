import path from 'node:path';
import { BUILD_CODES, PanopticBuildError } from './build-error.ts';
import { Components } from './components.ts';
import { configuresDelivery } from './configures-delivery.ts';
import type { OptionsResolved } from './options.ts';
import { type PackageOf, Packages } from './package-of.ts';
import { checkRuntimeInstalled, keepsRuntime, RUNTIME, runtimeNotKept } from './runtime-check.ts';
import { Tally } from './tally.ts';

/** One build as the core sees it; each host fills in what only its bundler knows. */
export class Build {
  readonly options: OptionsResolved;
  readonly packages: Packages = new Packages();
  readonly components: Components = new Components();
  /** Folder the bundler works in. */
  root: string = process.cwd();
  /** The application's entry files, as far as the bundler tells; its package is theirs. */
  entries: readonly string[] = [];
  /** False when the bundler makes no source maps. */
  sourcemap: boolean;
  readonly #tallies = new Map<string, Tally>();

  constructor(options: OptionsResolved) {
    this.options = options;
    this.sourcemap = options.sourcemap;
  }

  /** Counts of one environment; bundlers without environments have one, named ''. */
  tally(environment = ''): Tally {
    const tally = this.#tallies.get(environment) ?? new Tally();
    this.#tallies.set(environment, tally);
    return tally;
  }

  /** The application: the package of its first entry, else of the folder the bundler works in. */
  get app(): PackageOf | undefined {
    const own = this.entries
      .map((entry) => path.resolve(this.root, entry))
      .find((entry) => !/node_modules/.test(entry));
    return this.packages.ofFolder(own ? path.dirname(own) : this.root) ?? this.packages.ofFolder(this.root);
  }

  /** Where modules of the application are resolved from. */
  get appRoot(): string {
    return this.app?.root ?? this.root;
  }

  /** Whether annotated functions of this code are recorded. @param client it runs in a browser */
  records(client: boolean): boolean {
    return !client || this.options.client === 'record';
  }

  /** @throws PanopticBuildError when generated code could not find its runtime */
  checkInstalled(): void {
    if (this.options.checkRuntime) checkRuntimeInstalled(this.appRoot);
  }

  /**
   * For a bundle that leaves the runtime out.
   *
   * @throws PanopticBuildError when a production install would leave it out too
   */
  checkKept(): void {
    const { app } = this;
    if (this.options.checkRuntime && app && !keepsRuntime(app)) throw runtimeNotKept(app);
  }

  /** @throws PanopticBuildError when the compiled form of a component does not hold its annotated functions */
  checkComponents(): void {
    const [lost] = this.components.lost;
    if (lost === undefined) return;
    throw new PanopticBuildError(
      BUILD_CODES.componentLost,
      `The annotated functions of ${this.packages.place(lost).file} are not in what was compiled of it. Move them into a module of their own, and report this.`,
    );
  }

  /**
   * For client code.
   *
   * @param files modules of the build, as far as they are known, queries and all
   * @throws PanopticBuildError when calls are recorded, and neither the build nor the code says where they go
   */
  checkEndpoint(tally: Tally, files: Iterable<string>): void {
    if (tally.functions === 0 || this.options.endpoint !== undefined || configuresDelivery(files)) return;
    throw new PanopticBuildError(
      BUILD_CODES.noEndpoint,
      `Client code records ${tally.summary} (client: 'record'), and nothing says where the events go. Give the plugin ` +
        "`endpoint: '/panoptic'`, or call createPanoptic({ endpoint }) of @panoptic/runtime/client where the page starts.",
    );
  }

  /** Whether a module is part of the runtime. */
  isRuntime(file: string | undefined): boolean {
    return file !== undefined && this.packages.ofFolder(path.dirname(file))?.json.name === RUNTIME;
  }

  debug(line: string): void {
    if (this.options.debug) console.error(`Panoptic: ${line}`);
  }
}
