//! Makes the engine report the right place of a construct.
//!
//! QuickJS gives a call the place of the last name that was read before it, which for `new Class({ … })` is somewhere among the properties. So every
//! construct of the authoring library gets one more argument, `undefined`, which changes nothing and carries the place of the word `new`.

use oxc::allocator::{Allocator, GetAllocator};
use oxc::ast::ast::{
    Argument, BindingPattern, CallExpression, Expression, ImportDeclaration, ImportDeclarationSpecifier, NewExpression,
    Program, VariableDeclarator,
};
use oxc::ast::builder::{AstBuilder, GetAstBuilder};
use oxc::ast_visit::{Visit, VisitMut, walk, walk_mut};
use std::collections::BTreeSet;

/// The module whose classes make constructs.
const LIBRARY: &str = "stacktape";

/// Marks the constructs of a program; whether there were any names of the library in it.
pub fn mark<'a>(program: &mut Program<'a>, allocator: &'a Allocator) -> bool {
    let mut names = Names::default();
    names.visit_program(program);
    if names.classes.is_empty() && names.namespaces.is_empty() {
        return false;
    }
    Marker { names, builder: AstBuilder::new(allocator) }.visit_program(program);
    true
}

/// What a file calls the library's exports.
#[derive(Default)]
struct Names {
    classes: BTreeSet<String>,
    namespaces: BTreeSet<String>,
}

impl<'a> Visit<'a> for Names {
    fn visit_import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        if import.source.value != LIBRARY {
            return;
        }
        for specifier in import.specifiers.iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => self.classes.insert(one.local.name.to_string()),
                ImportDeclarationSpecifier::ImportDefaultSpecifier(all) => {
                    self.namespaces.insert(all.local.name.to_string())
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                    self.namespaces.insert(all.local.name.to_string())
                }
            };
        }
    }

    fn visit_variable_declarator(&mut self, declarator: &VariableDeclarator<'a>) {
        if declarator.init.as_ref().is_some_and(requires_library) {
            match &declarator.id {
                BindingPattern::BindingIdentifier(all) => drop(self.namespaces.insert(all.name.to_string())),
                BindingPattern::ObjectPattern(object) => {
                    let locals =
                        object.properties.iter().filter_map(|property| property.value.get_binding_identifier());
                    self.classes.extend(locals.map(|local| local.name.to_string()));
                }
                _ => {}
            }
        }
        walk::walk_variable_declarator(self, declarator);
    }
}

fn requires_library(init: &Expression<'_>) -> bool {
    let call = |call: &CallExpression<'_>| call.common_js_require().is_some_and(|name| name.value == LIBRARY);
    match init {
        Expression::CallExpression(made) => call(made),
        Expression::AwaitExpression(awaited) => {
            matches!(&awaited.argument, Expression::ImportExpression(import) if matches!(&import.source, Expression::StringLiteral(name) if name.value == LIBRARY))
        }
        _ => false,
    }
}

struct Marker<'a> {
    names: Names,
    builder: AstBuilder<'a>,
}

impl<'a> GetAstBuilder<'a> for Marker<'a> {
    type Builder = AstBuilder<'a>;

    fn builder(&self) -> &AstBuilder<'a> {
        &self.builder
    }
}

impl<'a> GetAllocator<'a> for Marker<'a> {
    fn allocator(&self) -> &'a Allocator {
        self.builder.allocator()
    }
}

impl<'a> VisitMut<'a> for Marker<'a> {
    fn visit_new_expression(&mut self, made: &mut NewExpression<'a>) {
        walk_mut::walk_new_expression(self, made);
        let is_construct = match &made.callee {
            Expression::Identifier(name) => self.names.classes.contains(name.name.as_str()),
            Expression::StaticMemberExpression(member) => {
                matches!(&member.object, Expression::Identifier(name) if self.names.namespaces.contains(name.name.as_str()))
            }
            _ => false,
        };
        if is_construct {
            let place = Expression::new_identifier(made.span, "undefined", self);
            made.arguments.push(Argument::from(place));
        }
    }
}
