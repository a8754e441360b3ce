/**
 * The types that @nestjs/graphql and @nestjs/apollo import from packages which only other uses of them need.
 */
declare module 'ts-morph' {
  export type OptionalKind<T> = T;
  export type ClassDeclarationStructure = unknown;
  export type EnumDeclarationStructure = unknown;
  export type InterfaceDeclarationStructure = unknown;
  export type MethodDeclarationStructure = unknown;
  export type MethodSignatureStructure = unknown;
  export type ParameterDeclarationStructure = unknown;
  export type PropertyDeclarationStructure = unknown;
  export type PropertySignatureStructure = unknown;
  export type SourceFile = unknown;
  export type TypeAliasDeclarationStructure = unknown;
}

declare module '@apollo/gateway' {
  export type GatewayConfig = unknown;
}
