def held(owner):
    owner.handle
    print("the handle is gone")


def within(owner):
    if owner:
        owner.handle
    owner.close()


def tried(owner):
    try:
        owner.handle
    finally:
        owner.close()


def looped(owners):
    for owner in owners:
        owner.handle
