import { type DynamicModule, Module, type Type } from '@nestjs/common';

@Module({})
class RootModule {}

/** Returns the root module of an app: the core and the modules of the mode. */
export function createRootModule(core: DynamicModule, modules: readonly (Type | DynamicModule)[]): DynamicModule {
  return { module: RootModule, imports: [core, ...modules] };
}
