"""
moto's server with what CloudFormation does, and moto 5.2 does not:
- an update that takes one out leaves it there (moto honours DeletionPolicy when a stack is deleted, and not then);
- what an update has taken out is made anew when it comes back (moto takes what it deleted for what is there);
- what is there already cannot be created (moto takes a queue of the same attributes for its own);
- an import into a stack that exists goes into that stack (moto makes another one of its name);
- what a change set changes, changes the outputs of its stack. What moto cannot make, an API for one, stands there by its name.
A template is not linted here (moto takes warnings for errors): `test/deploy/cfn-lint.program.test.ts` does that.
Takes the arguments of moto_server.
"""

import sys

from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.parsing import ResourceMap
from moto.logs.models import LogGroup, logs_backends
from moto.server import main
from moto.sqs.models import Queue, sqs_backends

importing = False
telling = False

delete_resource = ResourceMap._delete_resource


def delete_unless_retained(self, parsed_resource, resource_json):
    if resource_json.get("DeletionPolicy") != "Retain":
        delete_resource(self, parsed_resource, resource_json)


ResourceMap._delete_resource = delete_unless_retained

update = ResourceMap.update


def update_and_forget(self, template, parameters=None):
    gone = set(self._resource_json_map) - set(template["Resources"])
    update(self, template, parameters)
    for name in gone:
        self._parsed_resources.pop(name, None)


ResourceMap.update = update_and_forget

create_change_set = CloudFormationBackend.create_change_set
execute_change_set = CloudFormationBackend.execute_change_set


def create_import_too(self, stack_name, change_set_name, *args, change_set_type, **named):
    known = any(stack.name == stack_name for stack in self.stacks.values())
    into = change_set_type == "IMPORT" and known
    made = create_change_set(
        self, stack_name, change_set_name, *args, change_set_type="UPDATE" if into else change_set_type, **named
    )
    self.change_sets[made[0]].change_set_type = change_set_type
    return made


def execute_import_too(self, change_set_name, stack_name=None):
    global importing
    change_set = self.describe_change_set(change_set_name)
    importing = change_set.change_set_type == "IMPORT"
    try:
        execute_change_set(self, change_set_name, stack_name)
    finally:
        importing = False
    tell_outputs(self.stacks[change_set.stack_id])


def tell_outputs(stack):
    global telling
    telling = True
    try:
        stack._parse_template()
        stack.output_map = stack._create_output_map()
        list(stack.output_map.values())
    finally:
        telling = False


get_resource = ResourceMap.__getitem__


def resource_or_name(self, key):
    found = get_resource(self, key)
    return key if found is None and telling else found


ResourceMap.__getitem__ = resource_or_name


CloudFormationBackend.create_change_set = create_import_too
CloudFormationBackend.execute_change_set = execute_import_too
CloudFormationBackend.validate_template = lambda self, template: []


def created_once(resource, held):
    create = resource.create_from_cloudformation_json.__func__

    def create_or_import(cls, resource_name, cloudformation_json, account_id, region_name, **named):
        found = held(account_id, region_name).get(resource_name)
        if importing and found is None:
            raise ValueError(f"{resource_name} cannot be imported: it does not exist")
        if importing:
            return found
        if found is not None:
            raise ValueError(f"{resource_name} already exists")
        return create(cls, resource_name, cloudformation_json, account_id, region_name, **named)

    resource.create_from_cloudformation_json = classmethod(create_or_import)


created_once(Queue, lambda account, region: sqs_backends[account][region].queues)
created_once(LogGroup, lambda account, region: logs_backends[account][region].groups)

if __name__ == "__main__":
    sys.exit(main())
