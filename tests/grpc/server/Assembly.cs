// Activity and meter listeners hear the whole process, and the memory test weighs it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
