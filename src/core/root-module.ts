import { type DynamicModule, Module, type Type } from '@nestjs/common';

@Module({})
class RootModule {}

/** The module that a mode starts with: the core and what the mode adds to it. */
export function rootOf(core: DynamicModule, modules: readonly Type[]): DynamicModule {
  return { module: RootModule, imports: [core, ...modules] };
}
