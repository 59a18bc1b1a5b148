import { installPushScript } from './install.js';
import { findScriptTag } from './script-tag.js';

installPushScript(findScriptTag());
