// Activity listeners hear the whole process, so two services under test at once would hear each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
