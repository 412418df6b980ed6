import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumForTests } from '../../fixtures/tools/chromium-test.ts';
import { type PlaygroundPage, servePlayground } from '../../fixtures/tools/playground-page.ts';
import { EXAMPLES } from './examples/examples.ts';

const chromium = await chromiumForTests('the playground in a browser');

const ASK = '/** @billable provider=OpenAI */\nexport async function ask() {\n  return 1;\n}\n';

describe.skipIf(!chromium)('the page in Chromium', () => {
  let playground: PlaygroundPage;
  let url: string;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    playground = await servePlayground(chromium ?? '');
    url = playground.url;
  });

  afterAll(() => playground?.[Symbol.asyncDispose]());

  beforeEach(async () => {
    ({ page, complaints } = await playground.open());
  });

  afterEach(() => page.close());

  const source = (): Locator => page.getByRole('textbox', { name: /^Source of/ });
  const generated = (): Locator => page.getByRole('textbox', { name: /^Code generated from/ });
  const region = (name: string): Locator => page.getByRole('region', { name });
  const text = async (locator: Locator): Promise<string> =>
    (await locator.allInnerTexts()).join('\n').replaceAll('\n\n', '\n');

  it('shows the generated code of its first example, insertions marked', async () => {
    await page.goto(url);
    await expect.poll(() => text(generated())).toContain('__pan_ask().beginAsync()');
    const inserted = await page.locator('.mark-inserted').allInnerTexts();
    expect(inserted.join('')).toContain("from '@panoptic/runtime/instrument'");
    expect(inserted.join('')).not.toContain('JSON.stringify');
    expect(await region('Billable functions').getByRole('row').allInnerTexts()).toEqual([
      expect.stringContaining('Provider'),
      expect.stringMatching(/ask.*OpenAI.*AI.*14/s),
      expect.stringMatching(/longest.*System.*SYSTEM.*23/s),
    ]);
    expect(complaints).toEqual([]);
  });

  it('rewrites as one types, and marks what a build would refuse', async () => {
    await page.goto(url);
    await source().fill(ASK);
    await expect.poll(() => text(generated())).toContain("name: 'ask'");

    await source().click();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('ArrowDown');
    for (let i = 0; i < 'export async function ask'.length; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.type('Again');
    await expect.poll(() => text(generated())).toContain("name: 'askAgain'");
    await expect.poll(() => page.getByRole('status').allInnerTexts()).toEqual(['0 diagnostics']);

    await source().fill(ASK.replace('OpenAI', 'OpenIA'));
    const squiggle = page.locator('.cm-lintRange-error');
    await expect.poll(() => squiggle.allInnerTexts()).toEqual(['OpenIA']);
    const problem = region('Diagnostics').getByRole('listitem');
    expect(await text(problem)).toMatch(/PAN1108[\s\S]*1:24/);
    expect(await text(problem)).toContain('OpenAI');
    expect(await text(region('Generated code'))).toContain('A build would stop here');

    await squiggle.hover();
    await expect.poll(() => text(page.locator('.cm-tooltip'))).toMatch(/OpenIA[\s\S]*OpenAI[\s\S]*PAN1108/);
    expect(complaints).toEqual([]);
  });

  it('goes to the place of a diagnostic and of a function', async () => {
    await page.goto(url);
    await source().fill(`${ASK}/** @billable provider=OpenIA */\nfunction wrong() {}\n`);
    await region('Diagnostics').getByRole('listitem').getByRole('button').click();
    await page.keyboard.type('System');
    await expect.poll(() => text(generated())).toContain("name: 'wrong'");

    await region('Billable functions').getByRole('button', { name: 'wrong' }).click();
    await page.keyboard.type('async ');
    await expect.poll(() => text(source())).toContain('\nasync function wrong() {}');
    expect(complaints).toEqual([]);
  });

  it('gives the generated code away, and wraps its lines', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(url);
    const scroller = page.locator('.pane-generated .cm-scroller');
    const overflow = () => scroller.evaluate((one) => one.scrollWidth - one.clientWidth);
    await expect.poll(overflow).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Wrap lines' }).click();
    await expect.poll(overflow).toBe(0);

    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^\/\/ Each call[\s\S]*__pan_call\.end\(\)[\s\S]*name: 'longest'/);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['nothing at all', '  \n', 'Nothing to rewrite yet'],
    ['no annotation', 'export const a = 1;\n', 'No @billable here yet'],
    ['bad syntax', '/** @billable provider=OpenAI */\nfunction f(a {}\n', 'The parser stopped at line 2'],
  ])('says what to do about %s', async (_, typed, title) => {
    await page.goto(url);
    await source().fill(typed);
    await expect
      .poll(() => region('Generated code').getByRole('heading', { level: 3 }).allInnerTexts())
      .toEqual([title]);
    expect(await generated().isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('opens an example by keyboard alone', async () => {
    const example = EXAMPLES.find(({ group }) => group === 'Rewritten') ?? EXAMPLES[0];
    expect(example).toBeDefined();
    await page.goto(url);
    await page.getByRole('button', { name: /^Example/ }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type(example?.title ?? '');
    await page.keyboard.press('Enter');
    await expect.poll(() => text(page.locator('.pane-source .pane-aside code'))).toBe(example?.file);
    await expect.poll(() => text(source())).toContain(example?.source.split('\n')[0]);
    await expect.poll(() => text(generated())).toContain('@panoptic/runtime/instrument');
    expect(complaints).toEqual([]);
  });

  it('says so when the worker cannot start, and starts again on request', async () => {
    await page.route('**/*.wasm', (route) => route.abort());
    await page.goto(url);
    const retry = page.getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    expect(await text(region('Generated code'))).toContain('The transform stopped working');
    await page.unroute('**/*.wasm');
    await retry.click();
    await expect.poll(() => text(generated())).toContain('__pan_ask');
  });

  it.each([360, 1280])('fits a width of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(url);
    await expect.poll(() => text(generated())).toContain('__pan_ask');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const [left, right] = [await region('Source').boundingBox(), await region('Generated code').boundingBox()];
    if (width < 860) expect(right?.y).toBeGreaterThan(left?.y ?? Number.NaN);
    else expect([right?.y, right?.height]).toEqual([left?.y, left?.height]);
    expect(complaints).toEqual([]);
  });

  it('scrolls both panes to the same line', async () => {
    await page.goto(url);
    // Not waiting for the generated code: it has to catch up when it arrives.
    await source().fill(ASK + '// line\n'.repeat(200));
    await page.locator('.pane-source .cm-scroller').evaluate((scroller) => scroller.scrollTo(0, 900));
    await expect.poll(() => page.locator('.pane-generated .cm-scroller').evaluate((one) => one.scrollTop)).toBe(900);
    await page.locator('.pane-generated .cm-scroller').evaluate((scroller) => scroller.scrollTo(0, 300));
    await expect.poll(() => page.locator('.pane-source .cm-scroller').evaluate((one) => one.scrollTop)).toBe(300);
    expect(complaints).toEqual([]);
  });
});
