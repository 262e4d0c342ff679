import asyncio


def run(main):
    try:
        asyncio.run(main())
    except ValueError:
        pass
