import { join, relative } from 'node:path';
import ts from 'typescript';
import { root } from './pack';

/** The two ways in which projects of today resolve packages. */
export const resolutions = {
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
} as const;
export type Resolution = keyof typeof resolutions;

/** What `tsc --init` of TypeScript 5.9 sets, and the types of Node. */
const settings: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  moduleDetection: ts.ModuleDetectionKind.Force,
  noEmit: true,
  typeRoots: [join(root, 'node_modules/@types')],
  types: ['node'],
};

/**
 * What TypeScript says of `files` in a reader's project, and of the declarations of the `@interlayer` packages that they
 * import: nothing where all is well.
 */
export function typeErrors(project: string, files: readonly string[], resolution: Resolution): string[] {
  const options = { ...settings, ...resolutions[resolution] };
  const host = sharing(ts.createCompilerHost(options));
  const program = ts.createProgram(files, options, host);
  // Nobody asks about the declarations of third parties, as if `skipLibCheck` were set; ours must hold by themselves.
  const asked = program
    .getSourceFiles()
    .filter(({ fileName }) => files.includes(fileName) || /\/@interlayer\/[^/]+\/dist\//.test(fileName));
  return [
    ...program.getOptionsDiagnostics(),
    ...asked.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ].map((diagnostic) => describe(diagnostic, project));
}

function describe({ file, start, messageText }: ts.Diagnostic, project: string): string {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (!file) return message;
  const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
  return `${relative(project, file.fileName)}:${line + 1}: ${message}`;
}

/** TypeScript's own library is parsed once for all projects. */
const libraries = new Map<string, ts.SourceFile | undefined>();

function sharing(host: ts.CompilerHost): ts.CompilerHost {
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    if (!/\/(typescript\/lib\/lib\.|@types\/node\/)/.test(file)) return parse(file, languageVersion, ...rest);
    const key = `${typeof languageVersion === 'object' ? languageVersion.impliedNodeFormat : ''} ${file}`;
    if (!libraries.has(key)) libraries.set(key, parse(file, languageVersion, ...rest));
    return libraries.get(key);
  };
  return host;
}
