// What the vendor's client says that a Homey can do: its own list of managers, operations and items,
// read from the installed package when the cases run.
import { HomeyAPIV2, HomeyAPIV3Cloud, HomeyAPIV3Local } from 'homey-api';

const CLIENTS = { v2: HomeyAPIV2, local: HomeyAPIV3Local, cloud: HomeyAPIV3Cloud };

export const DIALECTS = Object.keys(CLIENTS);

/** Every operation of a dialect, with the item it is about where it says one. */
export function operationsOf(dialect) {
  const { managers } = CLIENTS[dialect].prototype.getSpecification();
  return Object.values(managers).flatMap((manager) => Object.entries(manager.operations)
    .map(([name, operation]) => ({
      id: `${manager.idCamelCase}.${name}`,
      manager: manager.idCamelCase,
      name,
      method: operation.method.toUpperCase(),
      // Below the manager, and as it is sent.
      route: operation.path,
      path: `/api/manager/${manager.id}${operation.path}`,
      parameters: operation.parameters ?? {},
      kind: operation.crud?.type,
      item: operation.crud?.item,
      schema: operation.crud && manager.items[operation.crud.item].schema,
    })));
}

/** The operations that read. */
export function readsOf(dialect) {
  return operationsOf(dialect).filter(({ method }) => method === 'GET');
}
